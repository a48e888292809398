/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.guard;

import dev.keelson.internal.spawn.Guard;
import dev.keelson.internal.spawn.guard.OrphanGuard;
import dev.keelson.testkit.ChildProgram;
import dev.keelson.testkit.Grandchild;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A JVM that guards its children, to be killed by a test: takes a command a line, answers with a
 * line.
 */
final class GuardedMain {

  private static final Duration LONG = Duration.ofSeconds(40);

  private final Map<String, Guard.Entry> entries = new HashMap<>();
  private final String prefix;

  private GuardedMain(String prefix) {
    this.prefix = prefix;
  }

  public static void main(String[] args) throws Exception {
    GuardedMain main = new GuardedMain(args[0]);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      System.out.println(main.answer(line.split(" ", -1)));
    }
    // The test is gone.
    Runtime.getRuntime().halt(3);
  }

  private String answer(String[] words) throws IOException {
    return switch (words[0]) {
      case "start" -> start(words[1], words[2]) ? "guarded" : "unguarded";
      case "remove" -> {
        entries.remove(words[1]).remove();
        yield "removed";
      }
      case "churn" -> {
        Thread thread = new Thread(this::churn, "churn");
        thread.setDaemon(true);
        thread.start();
        yield "churning";
      }
      case "support" -> String.valueOf(OrphanGuard.shared().support());
      case "exit" -> {
        System.exit(0);
        yield "";
      }
      case "halt" -> {
        Runtime.getRuntime().halt(0);
        yield "";
      }
      default -> throw new IllegalArgumentException(words[0]);
    };
  }

  private boolean start(String name, String kind) throws IOException {
    String value = prefix + "-" + name;
    Guard.Entry entry = OrphanGuard.shared().enter("KEELSON_ID=" + value);
    entries.put(name, entry);
    ProcessBuilder builder = program(kind).builder();
    builder.environment().put("KEELSON_ID", value);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.start().getOutputStream().close();
    return entry != null;
  }

  /** Trees come and go as fast as they can, so that a kill finds them in every state. */
  private void churn() {
    String[] kinds = {"short", "stubborn", "short", "daemon", "short", "chain"};
    try {
      for (int i = 0; ; i++) {
        String value = prefix + "-churn-" + i;
        Guard.Entry entry = OrphanGuard.shared().enter("KEELSON_ID=" + value);
        String kind = kinds[i % kinds.length];
        ProcessBuilder builder = program(i < 60 ? kind : "short").builder();
        builder.environment().put("KEELSON_ID", value);
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        process.getOutputStream().close();
        if (i >= 60 || kind.equals("short")) {
          process.waitFor();
          entry.remove();
        }
      }
    } catch (IOException | InterruptedException e) {
      Runtime.getRuntime().halt(4);
    }
  }

  private static ChildProgram program(String kind) {
    ChildProgram stubborn = ChildProgram.create().ignoring("TERM").runForever();
    return switch (kind) {
      case "short" -> ChildProgram.create().exit(0);
      case "sleeper" -> ChildProgram.create().runForever();
      case "stubborn" ->
          ChildProgram.create()
              .ignoring("TERM")
              .grandchild(stubborn, Grandchild.OWN_SESSION)
              .grandchild(ChildProgram.create().runForever())
              .runForever();
      case "daemon" ->
          ChildProgram.create()
              .grandchild(stubborn, Grandchild.DAEMON, Grandchild.OWN_SESSION)
              .exit(0);
      case "chain" -> ChildProgram.create().forkChain(100, LONG).runForever();
      case "storm" -> ChildProgram.create().ignoring("TERM").forkStorm(60, LONG).runForever();
      default -> throw new IllegalArgumentException(kind);
    };
  }
}
