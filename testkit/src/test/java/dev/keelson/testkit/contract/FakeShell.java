/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keelson.testkit.FakeProcess;
import dev.keelson.testkit.internal.fake.Launch;
import dev.keelson.testkit.internal.fake.Script;
import dev.keelson.testkit.internal.fake.Trail;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A fake of the programs that the contract runs: as much of a shell as its scripts need of one that
 * has no system beneath. What it does not know it notes down, and the case is skipped by that name.
 */
final class FakeShell implements Script {

  private static final List<String> PROGRAMS =
      List.of("cat", "yes", "true", "sleep", "echo", "head", "wc", "tr", "printf", "exit");

  private final List<Trail> trails = new CopyOnWriteArrayList<>();
  private final AtomicReference<String> unknown = new AtomicReference<>("");

  /** What it met and has not got; empty if nothing. */
  String unknown() {
    return unknown.get();
  }

  void note(String what) {
    unknown.compareAndSet("", what);
  }

  /** Ends what is left of its processes. */
  void endAll() {
    trails.forEach(Trail::end);
  }

  @Override
  public Answer answer(Launch launch) throws IOException {
    List<String> words = launch.words();
    String program = words.get(0);
    if (program.equals("no-such-program-here") || program.endsWith("/none")) {
      throw refused(program, "error=2, No such file or directory");
    }
    if (isTooLong(words)) {
      throw refused(program, "error=7, Argument list too long");
    }
    if (!launch.directory().toFile().isDirectory()) {
      throw refused(program, "error=2, No such file or directory");
    }
    boolean shell = program.endsWith("sh") && words.size() > 2 && words.get(1).equals("-c");
    if (!shell && !PROGRAMS.contains(program)) {
      note(program);
      throw new IOException("the fake has no " + program);
    }
    return new Answer(self -> run(self, shell), trails::add);
  }

  private static boolean isTooLong(List<String> words) {
    int longest = words.stream().mapToInt(String::length).max().orElse(0);
    int all = words.stream().mapToInt(String::length).sum();
    return longest >= 131_072 || all > 2 << 20;
  }

  /** In the JDK's words. */
  private static IOException refused(String program, String why) {
    return new IOException("Cannot run program \"" + program + "\": " + why);
  }

  private int run(FakeProcess self, boolean shell) throws IOException {
    FakeShellRun run = new FakeShellRun(self, this);
    List<String> words = self.words();
    return shell ? run.script(words.get(2), words.subList(3, words.size())) : run.simple(words);
  }

  @Override
  public void failed(Launch launch, Throwable failure) {
    throw new AssertionError("the fake shell failed: " + launch.shown(), failure);
  }

  static byte[] line(String text) {
    return (text + "\n").getBytes(UTF_8);
  }
}
