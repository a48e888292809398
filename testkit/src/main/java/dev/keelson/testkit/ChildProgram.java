/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.util.Objects.requireNonNull;

import dev.keelson.testkit.internal.FactSteps;
import dev.keelson.testkit.internal.ForkSteps;
import dev.keelson.testkit.internal.IoSteps;
import dev.keelson.testkit.internal.LifeSteps;
import dev.keelson.testkit.internal.Script;
import dev.keelson.testkit.internal.Shell;
import dev.keelson.testkit.internal.Step;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A child process that does what a test wants, step by step: a small shell script that starts in a
 * millisecond, where a JVM would take a hundred.
 *
 * <pre>{@code
 * ChildProgram sleeper = ChildProgram.create().ignoring("TERM").runForever();
 * ChildProgram program =
 *     ChildProgram.create()
 *         .grandchild(sleeper, Grandchild.HOLDS_STDOUT, Grandchild.OWN_SESSION)
 *         .reportGrandchildren()
 *         .print("ready\n")
 *         .exit(3);
 * Process process = new ProcessBuilder(program.command()).start();
 * }</pre>
 *
 * <p>Steps run in the order of the calls. A program without an end of its own exits with 0. Every
 * program, grandchildren included, ends by itself after {@link #safetyLimit}, so that a broken test
 * leaves nothing behind: one that blocks on a pipe dies of SIGALRM then, one that waits exits.
 *
 * <p>A program is one process wherever possible: its last step replaces the shell, and a pause in
 * the middle uses helpers that live for a fifth of a second and hold no streams.
 *
 * <p><b>Thread safety.</b> Immutable: every method returns a new program.
 *
 * <p><b>Limitations.</b> Linux with a POSIX {@code /bin/sh}, coreutils, findutils and, for the
 * limit of programs that block on a pipe, perl. A program that reports its environment ends with
 * its pipes rather than by SIGALRM. Signals ignored by the starter stay ignored: no shell can
 * change it.
 */
public final class ChildProgram {

  private static final ChildProgram EMPTY =
      new ChildProgram(List.of(), "child", List.of(), Duration.ofSeconds(60));

  private final List<Step> steps;
  private final String name;
  private final List<String> args;
  private final Duration limit;

  private ChildProgram(List<Step> steps, String name, List<String> args, Duration limit) {
    this.steps = steps;
    this.name = name;
    this.args = args;
    this.limit = limit;
  }

  /** A program that does nothing and exits with 0. */
  public static ChildProgram create() {
    return EMPTY;
  }

  // How it is started

  /** Its name, {@code $0}, by which it can be told from others in a listing. */
  public ChildProgram named(String name) {
    return new ChildProgram(steps, requireNonNull(name, "name"), args, limit);
  }

  /** The arguments that {@link #reportArguments} shows; they are also in the listing. */
  public ChildProgram args(String... args) {
    return new ChildProgram(steps, name, List.of(args), limit);
  }

  /** After which time it ends whatever happens; 60 seconds unless set. Rounded up to seconds. */
  public ChildProgram safetyLimit(Duration limit) {
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("the safety limit must be positive: " + limit);
    }
    return new ChildProgram(steps, name, args, limit);
  }

  /** The command that starts it, for any launcher. */
  public List<String> command() {
    List<String> command = new ArrayList<>(List.of("sh", "-c", script(), name));
    command.addAll(args);
    return List.copyOf(command);
  }

  /** The script alone. */
  public String script() {
    return Script.program(steps, Math.max(1, limit.plusMillis(999).toSeconds()));
  }

  /** A builder with this command and pipes for all streams; changes to it touch nothing else. */
  public ProcessBuilder builder() {
    return new ProcessBuilder(new ArrayList<>(command()));
  }

  // Output

  /** Writes text to stdout, as UTF-8. */
  public ChildProgram print(String text) {
    return printBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes text to stderr, as UTF-8. */
  public ChildProgram printError(String text) {
    return printErrorBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes any bytes to stdout, NUL included. */
  public ChildProgram printBytes(byte... bytes) {
    return with(IoSteps.print(1, bytes));
  }

  /** Writes any bytes to stderr, NUL included. */
  public ChildProgram printErrorBytes(byte... bytes) {
    return with(IoSteps.print(2, bytes));
  }

  /** Writes {@code count} times the letter x to stdout, as fast as the pipe takes it. */
  public ChildProgram filler(long count) {
    return with(IoSteps.filler(1, notNegative("count", count)));
  }

  /** Writes {@code count} times the letter x to stderr, as fast as the pipe takes it. */
  public ChildProgram fillerError(long count) {
    return with(IoSteps.filler(2, notNegative("count", count)));
  }

  /** Writes {@code text} to stdout so many times, in one write each; no newline is added. */
  public ChildProgram repeat(String text, long times) {
    return with(IoSteps.repeat(1, utf8(text), notNegative("times", times)));
  }

  /** Writes {@code text} to stderr so many times, in one write each; no newline is added. */
  public ChildProgram repeatError(String text, long times) {
    return with(IoSteps.repeat(2, utf8(text), notNegative("times", times)));
  }

  /** Writes {@code text} to stdout until the pipe breaks; no newline is added. */
  public ChildProgram repeatForever(String text) {
    return with(IoSteps.repeat(1, utf8(text), -1));
  }

  // Input and descriptors

  /** Reads exactly {@code count} bytes of stdin, or up to its end, and drops them. */
  public ChildProgram read(long count) {
    return with(IoSteps.read(notNegative("count", count), false));
  }

  /** Reads stdin to its end and drops it. */
  public ChildProgram readAll() {
    return with(IoSteps.read(-1, false));
  }

  /** Copies exactly {@code count} bytes of stdin, or what there is, to stdout. */
  public ChildProgram echo(long count) {
    return with(IoSteps.read(notNegative("count", count), true));
  }

  /** Copies stdin to stdout to its end. */
  public ChildProgram echoAll() {
    return with(IoSteps.read(-1, true));
  }

  /** Reads stdin to its end and prints the line {@code stdin COUNT}. */
  public ChildProgram countInput() {
    return with(IoSteps.count());
  }

  /** Closes its stdin: a writer gets EPIPE. */
  public ChildProgram closeStdin() {
    return with(IoSteps.close(0));
  }

  /** Closes its stdout: a reader sees the end of file while the program lives. */
  public ChildProgram closeStdout() {
    return with(IoSteps.close(1));
  }

  /** Closes its stderr. */
  public ChildProgram closeStderr() {
    return with(IoSteps.close(2));
  }

  // Time, signals and the end

  /** Does nothing for a while. */
  public ChildProgram sleep(Duration time) {
    if (time.isNegative() || time.compareTo(limit) > 0) {
      throw new IllegalArgumentException(
          "cannot sleep for " + time + ": call safetyLimit (now " + limit + ") first");
    }
    return with(LifeSteps.sleep(time));
  }

  /** Does nothing until a signal, or the safety limit, ends it. */
  public ChildProgram runForever() {
    return with(LifeSteps.forever());
  }

  /** Ignores signals, named like {@code "TERM"}; children started later inherit that. */
  public ChildProgram ignoring(String... signals) {
    return with(LifeSteps.ignore(List.of(signals)));
  }

  /** Takes signals as the system does by default, from here on. */
  public ChildProgram restoring(String... signals) {
    return with(LifeSteps.restore(List.of(signals)));
  }

  /**
   * Runs the steps of {@code handler} each time the signal arrives, from here on: {@code
   * onSignal("TERM", on -> on.print("bye").exit(3))}.
   */
  public ChildProgram onSignal(String signal, UnaryOperator<ChildProgram> handler) {
    ChildProgram body = handler.apply(new ChildProgram(List.of(), name, args, limit));
    return with(LifeSteps.handle(signal, Script.body(body.steps)));
  }

  /** Ends with this code, 0 to 255. */
  public ChildProgram exit(int code) {
    if (code < 0 || code > 255) {
      throw new IllegalArgumentException("an exit code is in 0..255, but this one is " + code);
    }
    return with(LifeSteps.exit(code));
  }

  /** Ends by sending itself a signal, named like {@code "KILL"}; leaves no core file. */
  public ChildProgram dieBy(String signal) {
    return with(LifeSteps.die(signal));
  }

  // Other processes

  /** Starts another program in the background. */
  public ChildProgram grandchild(ChildProgram program, Grandchild... how) {
    Set<Grandchild> set = Set.copyOf(Arrays.asList(how));
    StringBuilder command = new StringBuilder("sh -c ").append(Shell.quote(program.script()));
    command.append(' ').append(Shell.quote(program.name));
    program.args.forEach(arg -> command.append(' ').append(Shell.quote(arg)));
    ForkSteps.Wiring wiring =
        new ForkSteps.Wiring(
            set.contains(Grandchild.HOLDS_STDIN),
            set.contains(Grandchild.HOLDS_STDOUT),
            set.contains(Grandchild.HOLDS_STDERR),
            set.contains(Grandchild.OWN_SESSION),
            set.contains(Grandchild.CLEARED_ENVIRONMENT),
            set.contains(Grandchild.DAEMON));
    return with(ForkSteps.start(command.toString(), wiring));
  }

  /** Starts, as fast as it can, a tree of exactly {@code processes} that live for {@code alive}. */
  public ChildProgram forkStorm(int processes, Duration alive) {
    return with(ForkSteps.storm(inRange("processes", processes, 1, 2_000), bounded(alive)));
  }

  /**
   * Starts a process that forks another and ends, {@code hops} times over: a target that moves. The
   * last one lives for {@code alive}, adopted by init or a subreaper.
   */
  public ChildProgram forkChain(int hops, Duration alive) {
    return with(ForkSteps.chain(inRange("hops", hops, 1, 2_000), bounded(alive)));
  }

  /** Waits until every child it started, except daemons, has ended. */
  public ChildProgram awaitGrandchildren() {
    return with(ForkSteps.join());
  }

  // Reports

  /** Prints the line {@code pid N} for itself. */
  public ChildProgram reportPid() {
    return with(ForkSteps.tellPid(null));
  }

  /** Appends the line {@code pid N} for itself to a file. */
  public ChildProgram reportPid(Path file) {
    return with(ForkSteps.tellPid(requireNonNull(file, "file")));
  }

  /** Prints a line {@code pid N} for each child started so far, daemons included. */
  public ChildProgram reportGrandchildren() {
    return with(ForkSteps.tellKids(null));
  }

  /** Appends a line {@code pid N} for each child started so far to a file. */
  public ChildProgram reportGrandchildren(Path file) {
    return with(ForkSteps.tellKids(requireNonNull(file, "file")));
  }

  /** The pids in what {@link #reportPid} and {@link #reportGrandchildren} wrote, in order. */
  public static List<Long> pids(String report) {
    return report
        .lines()
        .filter(line -> line.matches("pid \\d+"))
        .map(line -> Long.valueOf(line.substring(4)))
        .toList();
  }

  /** Prints a line {@code fd N TARGET} for each of its open descriptors. */
  public ChildProgram reportDescriptors() {
    return with(FactSteps.descriptors());
  }

  /** Prints the lines {@code SigBlk: MASK}, {@code SigIgn: MASK} and {@code SigCgt: MASK}. */
  public ChildProgram reportSignals() {
    return with(FactSteps.signals());
  }

  /** Prints the environment exactly as it arrived; a NUL ends each entry. */
  public ChildProgram reportEnvironment() {
    return with(FactSteps.environment());
  }

  /** Prints its arguments exactly; a NUL ends each. */
  public ChildProgram reportArguments() {
    return with(FactSteps.arguments());
  }

  /** Prints its working directory, without symbolic links, and a newline. */
  public ChildProgram reportDirectory() {
    return with(FactSteps.directory());
  }

  /** Prints the line {@code session S group G}. */
  public ChildProgram reportSession() {
    return with(FactSteps.session());
  }

  // Files

  /** Writes a small file, as UTF-8; it appears complete. */
  public ChildProgram writeFile(Path file, String text) {
    return with(IoSteps.write(file, text));
  }

  /** Creates an empty file: the gate that {@link #awaitFile} waits at. */
  public ChildProgram touch(Path file) {
    return with(IoSteps.touch(file));
  }

  /** Waits until a file exists; if it never does, says so on stderr and exits with 99. */
  public ChildProgram awaitFile(Path file) {
    return with(IoSteps.awaitFile(file));
  }

  @Override
  public String toString() {
    return "ChildProgram[" + name + ", " + steps.size() + " steps, limit " + limit + "]";
  }

  private ChildProgram with(Step step) {
    List<Step> longer = new ArrayList<>(steps);
    longer.add(step);
    return new ChildProgram(List.copyOf(longer), name, args, limit);
  }

  private Duration bounded(Duration alive) {
    if (alive.isNegative() || alive.compareTo(limit) > 0) {
      throw new IllegalArgumentException(
          "cannot live for " + alive + ": call safetyLimit (now " + limit + ") first");
    }
    return alive;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static long notNegative(String what, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(what + " must not be negative: " + value);
    }
    return value;
  }

  private static int inRange(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          what + " must be in " + least + ".." + most + " but is " + value);
    }
    return value;
  }
}
