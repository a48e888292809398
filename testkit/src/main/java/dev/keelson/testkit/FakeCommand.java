/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.keelson.internal.spawn.StatedFailure;
import dev.keelson.testkit.internal.fake.Registration;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A command that a {@link FakeLauncher} expects, and the script of its process: steps, carried out
 * in the order in which they are given, and one end. Without an end it exits with code 0.
 *
 * <p>It is expected once, unless {@link #times}, {@link #repeatedly} or {@link #optional} say
 * otherwise. A script can be added to until its first launch; each method throws {@link
 * IllegalStateException} afterwards, or after the script's end.
 *
 * <p>Text is UTF-8. Durations are virtual. Safe for use by multiple threads.
 */
public final class FakeCommand {

  private final FakeLauncher launcher;
  private final Registration registration;
  private final String site;

  FakeCommand(FakeLauncher launcher, Registration registration, String site) {
    this.launcher = launcher;
    this.registration = registration;
    this.site = site;
  }

  // Steps

  /** Writes that to standard output. */
  public FakeCommand stdout(String text) {
    return stdout(requireNonNull(text, "text").getBytes(UTF_8));
  }

  /** Writes that to standard output. */
  public FakeCommand stdout(byte[] bytes) {
    byte[] copy = bytes.clone();
    return step("stdout(...)", self -> write(self.stdout(), copy));
  }

  /** Writes that to standard error. */
  public FakeCommand stderr(String text) {
    byte[] bytes = requireNonNull(text, "text").getBytes(UTF_8);
    return step("stderr(...)", self -> write(self.stderr(), bytes));
  }

  /** Waits for that long. */
  public FakeCommand after(Duration delay) {
    requireDelay("delay", delay);
    return step("after(" + delay + ")", self -> self.sleep(delay));
  }

  /**
   * Reads its standard input to the end; if that is not {@code text}, the process exits with code
   * 255 and the launcher's verification fails.
   */
  public FakeCommand expectStdin(String text) {
    requireNonNull(text, "text");
    return step("expectStdin(...)", self -> expect(self, text, readAll(self.stdin())));
  }

  /** Reads one line, likewise; {@code line} is without its end. */
  public FakeCommand expectLine(String line) {
    requireNonNull(line, "line");
    return step("expectLine(...)", self -> expect(self, line, readLine(self.stdin())));
  }

  /** Answers each line of its standard input, until there are no more; without line ends. */
  public FakeCommand replies(Function<String, String> reply) {
    requireNonNull(reply, "reply");
    return step(
        "replies(...)",
        self -> {
          for (String line = readLine(self.stdin());
              !line.equals(NO_LINE);
              line = readLine(self.stdin())) {
            write(self.stdout(), (reply.apply(line) + "\n").getBytes(UTF_8));
          }
        });
  }

  /**
   * From here on it ignores these signals.
   *
   * @throws IllegalArgumentException if there is no such signal, or it cannot be ignored
   */
  public FakeCommand ignores(String... signals) {
    launcher.checkCatchable(signals);
    String[] copy = signals.clone();
    return step("ignores(...)", self -> self.ignore(copy));
  }

  /**
   * From here on that signal makes it exit with {@code code}.
   *
   * @throws IllegalArgumentException if there is no such signal, or it cannot be handled
   */
  public FakeCommand exitsOn(String signal, int code) {
    launcher.checkCatchable(signal);
    requireCode(code);
    return step("exitsOn(...)", self -> self.on(signal, () -> self.exit(code)));
  }

  /** Leaves a child of its own behind that holds its pipes for that long. */
  public FakeCommand leavesPipesHeldFor(Duration duration) {
    requireDelay("duration", duration);
    return step(
        "leavesPipesHeldFor(" + duration + ")",
        self ->
            self.fork(
                child -> {
                  child.sleep(duration);
                  return 0;
                }));
  }

  // Ends

  /**
   * Exits.
   *
   * @throws IllegalArgumentException if no process has such an exit code
   */
  public FakeCommand exit(int code) {
    requireCode(code);
    return end("exit(" + code + ")", self -> code);
  }

  /**
   * Ends as by that signal.
   *
   * @throws IllegalArgumentException if there is no such signal
   */
  public FakeCommand diesOf(String signal) {
    launcher.checkSignal(signal);
    return end(
        "diesOf(" + signal + ")",
        self -> {
          self.die(signal);
          return 0;
        });
  }

  /** Runs until a signal ends it. */
  public FakeCommand hangs() {
    return end(
        "hangs()",
        self -> {
          self.hang();
          return 0;
        });
  }

  /** Does what {@code program} does, and exits with what that returns. */
  public FakeCommand runs(FakeProgram program) {
    requireNonNull(program, "program");
    return end("runs(...)", program);
  }

  /** Cannot be started. */
  public FakeCommand failsToStart(StartFailure kind) {
    StatedFailure.Kind stated = StatedFailure.Kind.valueOf(requireNonNull(kind, "kind").name());
    return failsToStart(
        new StatedFailure(launcher.programOf(registration), stated), "failsToStart(" + kind + ")");
  }

  /** Cannot be started: the engine throws this. */
  public FakeCommand failsToStart(IOException failure) {
    return failsToStart(requireNonNull(failure, "failure"), "failsToStart(...)");
  }

  private FakeCommand failsToStart(IOException failure, String what) {
    launcher.book().fail(registration, what, failure);
    return this;
  }

  /** Runs for real. From the first such process on, the launcher's time is real too. */
  public FakeCommand passesThrough() {
    launcher.book().end(registration, "passesThrough()", Registration.End.REAL, null);
    return this;
  }

  // How often

  /**
   * Is expected exactly that often.
   *
   * @throws IllegalArgumentException if less than 1
   */
  public FakeCommand times(int count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "times is " + count + "; it must be at least 1 (optional() allows none)");
    }
    launcher.book().times(registration, "times(" + count + ")", count, count);
    return this;
  }

  /** Is expected once or more. */
  public FakeCommand repeatedly() {
    launcher.book().times(registration, "repeatedly()", 1, Integer.MAX_VALUE);
    return this;
  }

  /** May be launched, as often as it likes, and need not be. */
  public FakeCommand optional() {
    launcher.book().times(registration, "optional()", 0, Integer.MAX_VALUE);
    return this;
  }

  /** The script of the next launch of the same command. */
  public FakeCommand then() {
    String here = FakeLauncher.site();
    return new FakeCommand(launcher, launcher.book().then(registration, here), here);
  }

  // How

  private FakeCommand step(String what, Consumer<FakeProcess> step) {
    launcher.book().step(registration, what, step);
    return this;
  }

  private FakeCommand end(String what, FakeProgram last) {
    launcher.book().end(registration, what, Registration.End.SAID, last);
    return this;
  }

  private void expect(FakeProcess self, String expected, String actual) {
    if (!actual.equals(expected)) {
      launcher.wrongStdin(self, expected, actual, site);
      self.exit(255);
    }
  }

  private static void write(OutputStream out, byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String readAll(InputStream in) {
    try {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What no line is. */
  private static final String NO_LINE = "\n(end of input)";

  private static String readLine(InputStream in) {
    java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();
    try {
      for (int b = in.read(); b != '\n'; b = in.read()) {
        if (b < 0) {
          return line.size() == 0 ? NO_LINE : line.toString(UTF_8);
        }
        line.write(b);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line.toString(UTF_8);
  }

  private static void requireCode(int code) {
    if (code < 0 || code > 255) {
      throw new IllegalArgumentException("code is " + code + "; it must be from 0 to 255");
    }
  }

  private static void requireDelay(String name, Duration duration) {
    if (requireNonNull(duration, name).isNegative()) {
      throw new IllegalArgumentException(
          name + " is " + duration + "; it must not be negative (time does not run backwards)");
    }
  }
}
