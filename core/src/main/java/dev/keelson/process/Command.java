/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.threads.Durations;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What to run and how: a program, its arguments, and everything that a run needs to end well.
 *
 * <p>A command is a value: immutable, reusable, safe for use by multiple threads. Each method that
 * sets something returns a new command. Nothing happens before {@link #run}, {@link #runAsync} or
 * {@link #start}, here or on a {@link Launcher}.
 *
 * <p>Unless you say otherwise:
 *
 * <ul>
 *   <li>stdin is empty; stdout and stderr are captured; text is UTF-8, and what cannot be decoded
 *       becomes U+FFFD;
 *   <li>an exit code other than 0 is a {@link CommandFailedException};
 *   <li>more than 16 MiB of stdout is an {@link OutputLimitException}; stderr is kept up to 1 MiB,
 *       and beyond that its first and last 512 KiB;
 *   <li>there is no timeout;
 *   <li>unless its stdin is inherited, the child leads a session of its own, so that a prompt on
 *       the terminal fails at once; where the engine cannot start one ({@link
 *       Guarantee#OWN_SESSION}; the portable engine cannot) the prompt waits;
 *   <li>the tree of a child is ended on timeout, interrupt, cancellation, close, and the death of
 *       this JVM while it runs; after a normal exit its descendants are left alone.
 * </ul>
 *
 * <p><b>The program.</b> A name without a slash is searched for along this process's {@code PATH},
 * as {@link ProcessBuilder} does; a relative path is resolved in the child's working directory. No
 * shell is involved unless you ask for {@link #shell}.
 *
 * <p><b>Durations.</b> Null is an error, zero means at once, and a huge value means never.
 *
 * <p><b>Secrets.</b> What is given by {@link #secretArg} and {@link #secretEnv} is masked in
 * everything that Keelson writes. The system still shows the arguments of a process to others
 * ({@code /proc/PID/cmdline}), so prefer {@link #secretEnv} or {@link #stdin} for what nobody may
 * see.
 *
 * <pre>{@code
 * String head = Command.of("git", "rev-parse", "HEAD").directory(repo).timeout(ofSeconds(10)).run().stdoutTrimmed();
 * }</pre>
 */
public final class Command {

  private final CommandSettings settings;

  private Command(CommandSettings settings) {
    this.settings = settings;
  }

  private Command with(Consumer<CommandSettings> change) {
    CommandSettings copy = settings.copy();
    change.accept(copy);
    return new Command(copy);
  }

  /**
   * A command that runs {@code program} with these arguments.
   *
   * @throws IllegalArgumentException if the program is empty, or a string contains NUL
   */
  public static Command of(String program, String... args) {
    requireNonNull(args, "args");
    return of(Stream.concat(Stream.of(Checks.program(program)), Arrays.stream(args)).toList());
  }

  /** A command that runs the program at that path, not one of that name on {@code PATH}. */
  public static Command of(Path program, String... args) {
    requireNonNull(program, "program");
    boolean name = program.getRoot() == null && program.getNameCount() == 1;
    Path path = name && !program.toString().isEmpty() ? Path.of(".").resolve(program) : program;
    return of(path.toString(), args);
  }

  /**
   * A command of a program and its arguments.
   *
   * @throws IllegalArgumentException if the list or the program is empty, or a string contains NUL
   */
  public static Command of(List<String> command) {
    requireNonNull(command, "command");
    if (command.isEmpty()) {
      throw new IllegalArgumentException("command is empty; its first element is the program");
    }
    Checks.program(command.get(0));
    return new Command(new CommandSettings()).with(s -> s.addArguments(command, false));
  }

  /**
   * A command that {@code /bin/sh} reads, or {@code cmd.exe} on Windows. The whole script is code:
   * never build one from strings that others control; pass those as {@link #args}, which a POSIX
   * shell sees as {@code $1}, {@code $2} and so on.
   */
  public static Command shell(String script) {
    requireNonNull(script, "script");
    return WindowsBatch.isWindows()
        ? of("cmd.exe", "/d", "/c", script)
        : of("/bin/sh", "-c", script, "sh");
  }

  /** Adds arguments. */
  public Command args(String... args) {
    return args(Arrays.asList(requireNonNull(args, "args")));
  }

  /** Adds arguments. */
  public Command args(Collection<String> args) {
    requireNonNull(args, "args");
    return with(s -> s.addArguments(args, false));
  }

  /**
   * Adds an argument that Keelson never writes anywhere. The system shows it to others while the
   * process runs.
   */
  public Command secretArg(String arg) {
    return with(s -> s.addArguments(Arrays.asList(arg), true));
  }

  /** The child's working directory; this process's own unless set. */
  public Command directory(Path directory) {
    requireNonNull(directory, "directory");
    return with(s -> s.directory = directory);
  }

  /** Sets a variable of the child's environment, which is this process's with such changes. */
  public Command env(String name, String value) {
    requireNonNull(value, "value of " + name + " is null; use unsetEnv to remove a variable");
    return with(s -> s.setVariable(name, value, false));
  }

  /** Sets variables. */
  public Command env(Map<String, String> variables) {
    requireNonNull(variables, "variables");
    return with(
        s ->
            variables.forEach(
                (name, value) -> {
                  requireNonNull(value, "value of " + name + " is null; use unsetEnv");
                  s.setVariable(name, value, false);
                }));
  }

  /** Sets a variable whose value Keelson never writes anywhere. */
  public Command secretEnv(String name, String value) {
    requireNonNull(value, "value of " + name + " is null; use unsetEnv to remove a variable");
    return with(s -> s.setVariable(name, value, true));
  }

  /** Removes a variable. */
  public Command unsetEnv(String name) {
    return with(s -> s.setVariable(name, null, false));
  }

  /**
   * Starts the child's environment from nothing: earlier changes are dropped too. Only {@code
   * KEELSON_ID} stays, if tracked.
   */
  public Command clearEnv() {
    return with(
        s -> {
          s.clearEnvironment = true;
          s.environment = Map.of();
        });
  }

  /** Where the child's input comes from; {@link Stdin#empty} unless set. */
  public Command stdin(Stdin stdin) {
    requireNonNull(stdin, "stdin");
    return with(s -> s.stdin = stdin);
  }

  /** Where the child's output goes; {@link Stdout#capture} unless set. */
  public Command stdout(Stdout stdout) {
    requireNonNull(stdout, "stdout");
    return with(s -> s.stdout = stdout);
  }

  /** Where the child's errors go; {@link Stdout#capture} unless set. */
  public Command stderr(Stdout stderr) {
    requireNonNull(stderr, "stderr");
    return with(
        s -> {
          s.stderr = stderr;
          s.mergeStderr = false;
        });
  }

  /** Sends the child's errors where its output goes, in the order in which it writes them. */
  public Command mergeStderr() {
    return with(s -> s.mergeStderr = true);
  }

  /** The charset of text, in both directions; UTF-8 unless set. */
  public Command charset(Charset charset) {
    requireNonNull(charset, "charset");
    return with(s -> s.charset = charset);
  }

  /**
   * How long everything may take: waiting for a free place, start, input, output, exit and drain.
   * When it is over the tree is ended, within the {@link #grace} (five seconds more, unless set),
   * and the run fails with {@link CommandTimedOutException}. Applies to started children too.
   */
  public Command timeout(Duration timeout) {
    long nanos = Durations.nanos("timeout", timeout);
    return with(
        s -> {
          s.timeoutNanos = nanos;
          s.timeoutSet = true;
        });
  }

  /**
   * How long the child may go without writing a byte to an output that Keelson reads; then as for
   * {@link #timeout}. The time that a consumer or sink of yours takes does not count: the child may
   * have to wait for it.
   */
  public Command idleTimeout(Duration timeout) {
    long nanos = Durations.nanos("idleTimeout", timeout);
    return with(s -> s.idleTimeoutNanos = nanos);
  }

  /** No deadline, whatever the launcher's default is. */
  public Command noTimeout() {
    return with(
        s -> {
          s.timeoutNanos = Durations.NEVER;
          s.timeoutSet = true;
          s.idleTimeoutNanos = Durations.NEVER;
        });
  }

  /**
   * How long a tree is given between TERM and KILL; five seconds unless set, zero for KILL at once.
   * It is one second at most when this JVM exits, and less when it is killed.
   */
  public Command grace(Duration grace) {
    long nanos = Durations.nanos("grace", grace);
    return with(s -> s.graceNanos = nanos);
  }

  /**
   * What to do when the child is gone but its output is still held open; two seconds of patience
   * unless set.
   */
  public Command drain(Drain drain) {
    requireNonNull(drain, "drain");
    return with(s -> s.drain = drain);
  }

  /**
   * The exit codes that are no failure, instead of those set before; {@code 0} unless set.
   *
   * @throws IllegalArgumentException if there are none; see {@link #anyExit}
   */
  public Command expectExit(int... codes) {
    requireNonNull(codes, "codes");
    if (codes.length == 0) {
      throw new IllegalArgumentException("codes is empty; use anyExit() if every code is fine");
    }
    return with(
        s -> s.expected = Arrays.stream(codes).boxed().collect(Collectors.toUnmodifiableSet()));
  }

  /**
   * Every end is fine: whatever the exit code, and by whatever signal. {@code expectExit(137)} is
   * no substitute: it means an exit with that code, which only some engines can tell from SIGKILL
   * ({@link Guarantee#EXACT_STATUS}).
   */
  public Command anyExit() {
    return with(s -> s.expected = null);
  }

  /**
   * How much captured standard output is allowed; 16 MiB unless set. More ends the tree and fails
   * the run. No more than 2 GiB less 65 bytes can be kept: a larger value counts as that, here and
   * in {@link #keepHeadAndTail}.
   *
   * @throws IllegalArgumentException if negative
   */
  public Command maxOutput(long bytes) {
    Checks.bytes("maxOutput", bytes);
    return with(
        s -> {
          s.maxOutput = bytes;
          s.keepHeadAndTail = 0;
        });
  }

  /**
   * Keeps the first and last {@code bytes / 2} of a longer captured standard output, instead of
   * failing; {@link Result#truncated} tells.
   *
   * @throws IllegalArgumentException if less than 2
   */
  public Command keepHeadAndTail(long bytes) {
    if (bytes < 2) {
      throw new IllegalArgumentException(
          "bytes is " + bytes + "; it must be at least 2, one for each end");
    }
    return with(s -> s.keepHeadAndTail = bytes);
  }

  /** Which session the child belongs to; {@link Group#AUTO} unless set. */
  public Command group(Group group) {
    requireNonNull(group, "group");
    return with(s -> s.group = group);
  }

  /**
   * Adds no {@code KEELSON_ID} to the child's environment: its tree is then found by parentage (and
   * by its session, on the linux engine) alone, and nothing ends it if this JVM is killed; when
   * this JVM exits in an orderly way, it is ended as any other. An id that this JVM has inherited
   * itself, as the child of another Keelson, stays, and that one ends it with this JVM's tree; see
   * {@link #unsetEnv}.
   */
  public Command untracked() {
    return with(s -> s.tracked = false);
  }

  /**
   * A child that outlives this JVM and everything in it: not guarded, not tracked, not ended by
   * {@link Child#close} nor by a launcher's. What of its stdio is no file so far is empty or
   * discarded, {@link Stdout#inherit} included; it may still be redirected afterwards. As for a
   * {@code KEELSON_ID} that this JVM has inherited, see {@link #untracked}.
   */
  public Command detached() {
    return with(
        s -> {
          s.detached = true;
          s.tracked = false;
          s.group = Group.SESSION;
          s.stdin = s.stdin.source() instanceof InputSource.FromFile ? s.stdin : Stdin.empty();
          s.stdout = keptWhenDetached(s.stdout);
          s.stderr = keptWhenDetached(s.stderr);
        });
  }

  private static Stdout keptWhenDetached(Stdout stdout) {
    return stdout.target() instanceof OutputTarget.ToFile ? stdout : Stdout.discard();
  }

  /** A pipeline in which {@code next} reads what this command writes. */
  public Pipeline pipe(Command next) {
    return new Pipeline(List.of(this)).pipe(next);
  }

  /**
   * Runs it on {@link Launcher#system} and waits for the result; see {@link Launcher#run(Command)}.
   *
   * @throws CommandException if it cannot be started or does not end as expected; see there
   * @throws InterruptedException if this thread is interrupted; the tree was ended
   */
  public Result run() throws CommandException, InterruptedException {
    return Launcher.system().run(this);
  }

  /** Runs it on {@link Launcher#system} without waiting; see {@link Launcher#runAsync(Command)}. */
  public CompletableFuture<Result> runAsync() {
    return Launcher.system().runAsync(this);
  }

  /**
   * Starts it on {@link Launcher#system}; see {@link Launcher#start(Command)}.
   *
   * @throws CommandException if it cannot be started
   * @throws InterruptedException if this thread is interrupted when this is called or while it
   *     waits for a free place; nothing was started
   */
  public Child start() throws CommandException, InterruptedException {
    return Launcher.system().start(this);
  }

  CommandSettings settings() {
    return settings;
  }

  /** The program and its arguments, secrets included. */
  List<String> words() {
    return settings.arguments.stream().map(CommandSettings.Argument::text).toList();
  }

  /**
   * A line that a POSIX shell understands, with directory and environment, and with secrets masked.
   */
  @Override
  public String toString() {
    Stream<String> arguments =
        settings.arguments.stream()
            .skip(1)
            .map(word -> word.secret() ? Secrets.MASK : ShellQuote.quote(word.text()));
    String program = ShellQuote.program(settings.arguments.get(0).text());
    String line =
        environmentPrefix()
            + Stream.concat(Stream.of(program), arguments).collect(Collectors.joining(" "));
    return settings.directory == null
        ? line
        : "cd " + ShellQuote.directory(settings.directory.toString()) + " && " + line;
  }

  private String environmentPrefix() {
    if (!settings.clearEnvironment && settings.environment.isEmpty()) {
      return "";
    }
    StringBuilder prefix = new StringBuilder("env ");
    if (settings.clearEnvironment) {
      prefix.append("-i ");
    }
    settings.environment.forEach(
        (name, variable) -> {
          if (variable.value() == null) {
            prefix.append("-u ").append(ShellQuote.quote(name)).append(' ');
          }
        });
    settings.environment.forEach(
        (name, variable) -> {
          String value = variable.value();
          if (value != null) {
            prefix
                .append(ShellQuote.quote(name))
                .append('=')
                .append(variable.secret() ? Secrets.MASK : ShellQuote.quote(value))
                .append(' ');
          }
        });
    return prefix.toString();
  }
}
