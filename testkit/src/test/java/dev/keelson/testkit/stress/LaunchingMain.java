/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import static java.time.Duration.ofMillis;

import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.ChildProgram;
import dev.keelson.testkit.Grandchild;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;

/** A JVM that launches through the public API as fast as it can, to be killed by a test. */
final class LaunchingMain {

  private static final Duration LONG = Duration.ofSeconds(40);
  private static final ChildProgram STUBBORN = ChildProgram.create().ignoring("TERM").runForever();

  private LaunchingMain() {}

  public static void main(String[] args) throws Exception {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = in.readLine(); order != null; order = in.readLine()) {
      switch (order) {
        case "family" -> {
          start(0);
          start(1);
          start(2);
          System.out.println(">started");
        }
        case "churn" -> {
          for (int i = 0; i < 2; i++) {
            Random random = new Random(i);
            Thread thread = new Thread(() -> churn(random), "churn-" + i);
            thread.setDaemon(true);
            thread.start();
          }
          System.out.println(">churning");
        }
        case "untracked" ->
            System.out.println(
                ">" + Command.of("sleep", "40").stdout(Stdout.discard()).untracked().start().pid());
        case "exit" -> System.exit(0);
        default -> System.out.println(">what is " + order);
      }
    }
    Runtime.getRuntime().halt(3); // the test is gone
  }

  private static void churn(Random random) {
    try {
      for (int i = 0; i < 1_000_000; i++) {
        if (i < 25) {
          start(random.nextInt(4));
        }
        Command.of("true").run();
        try {
          Command.of(STUBBORN.command()).timeout(ofMillis(5)).grace(ofMillis(5)).run();
        } catch (CommandException timedOut) {
          // as it should
        }
      }
    } catch (Exception e) {
      e.printStackTrace();
    }
  }

  /** Starts a tree that has to be ended by force. */
  private static void start(int kind) throws Exception {
    ChildProgram program =
        switch (kind) {
          case 0 ->
              ChildProgram.create()
                  .ignoring("TERM", "HUP")
                  .grandchild(STUBBORN, Grandchild.OWN_SESSION)
                  .runForever();
          case 1 ->
              ChildProgram.create()
                  .grandchild(STUBBORN, Grandchild.DAEMON, Grandchild.OWN_SESSION)
                  .runForever();
          case 2 -> ChildProgram.create().ignoring("TERM").forkChain(50, LONG).runForever();
          default -> STUBBORN;
        };
    Command.of(program.command()).stdout(Stdout.discard()).start();
  }
}
