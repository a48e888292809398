/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.spawn.Signals;
import dev.keelson.internal.spawn.engines.Engines;
import dev.keelson.process.Capabilities;
import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.Launcher;
import dev.keelson.process.Pipeline;
import dev.keelson.process.Result;
import dev.keelson.testkit.internal.fake.Book;
import dev.keelson.testkit.internal.fake.CommandPattern;
import dev.keelson.testkit.internal.fake.Dispositions;
import dev.keelson.testkit.internal.fake.FakeEngine;
import dev.keelson.testkit.internal.fake.Registration;
import dev.keelson.testkit.internal.fake.VirtualClock;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A launcher for tests, whose processes do what the test says and none of which is real. Everything
 * above the processes is Keelson's own code: deadlines, drains, limits, teardowns, exceptions,
 * listeners. Give it to the code under test, or put it in the place of {@link Launcher#system} by
 * {@link Launcher#override}; a {@link dev.keelson.process.SafeProcessBuilder} uses it either way.
 *
 * <p>It is strict. A launch that nobody registered with {@link #on} throws a {@link
 * FakeLaunchError} that names the nearest registration, and a registration that was not used fails
 * {@link #verify}, which {@link #close} calls. Of several registrations that match, the first one
 * that is not used up yet is taken.
 *
 * <p>Time is virtual: see {@link FakeClock}. A delay of an hour takes none.
 *
 * <p><b>Thread safety.</b> Safe for use by multiple threads. <b>Resources.</b> Each fake process is
 * a daemon thread while it lives; {@link #close} ends them all.
 *
 * <p><b>Limitations.</b> Fake processes have no descriptors, sessions or memory, and see of files
 * only those they are redirected to; {@link #capabilities} says so. A process that inherits the
 * standard input of this JVM reads nothing from it.
 */
public final class FakeLauncher implements Launcher {

  private static final StackWalker WALKER = StackWalker.getInstance();

  private final Book book;
  private final VirtualClock clock;
  private final Launcher launcher;
  private final AtomicBoolean closed = new AtomicBoolean();

  private FakeLauncher(boolean strict, boolean manual, UnaryOperator<Launcher.Builder> settings) {
    book = new Book(strict);
    clock = new VirtualClock(manual);
    FakeEngine engine = new FakeEngine(clock, book);
    Launcher.Builder builder = Launcher.builder().orphanGuard(false);
    launcher =
        Engines.lend(
            engine,
            () -> requireNonNull(settings.apply(builder), "settings returned null").build());
    Engines.assign(this, engine);
  }

  /** A launcher that knows no command yet, and takes none it does not know. */
  public static FakeLauncher strict() {
    return builder().build();
  }

  /** A new builder. */
  public static Builder builder() {
    return new Builder();
  }

  // What is expected

  /** Expects exactly these words, the program first. */
  public FakeCommand on(String... words) {
    if (words.length == 0) {
      throw new IllegalArgumentException("on() names no command; give at least the program");
    }
    return on(Arrays.stream(words).map(Arg::is));
  }

  /** Expects that program, and words that match. */
  public FakeCommand on(String program, Arg first, Arg... more) {
    return on(
        Stream.concat(Stream.of(Arg.is(program), requireNonNull(first, "first")), Stream.of(more)));
  }

  /** Expects words that match, the program included. */
  public FakeCommand on(Arg program, Arg... more) {
    return on(Stream.concat(Stream.of(requireNonNull(program, "program")), Stream.of(more)));
  }

  /**
   * Expects a command line that matches, whole, as a shell would have it: {@code git
   * (status|diff).*}.
   *
   * @throws java.util.regex.PatternSyntaxException if it is no regular expression
   */
  public FakeCommand onLine(String regex) {
    return register(new CommandPattern(Pattern.compile(requireNonNull(regex, "regex"))));
  }

  private FakeCommand on(Stream<Arg> words) {
    return register(
        new CommandPattern(words.map(word -> requireNonNull(word, "word").matcher()).toList()));
  }

  private FakeCommand register(CommandPattern pattern) {
    String site = site();
    return new FakeCommand(this, book.register(pattern, site), site);
  }

  /** Lets exactly that command run for real, as often as it likes. */
  public void passThrough(String... words) {
    var unused = on(words).passesThrough().optional();
  }

  /** Where the test registered something. */
  static String site() {
    return WALKER.walk(
        frames ->
            frames
                .filter(frame -> !frame.getClassName().matches(".*\\.Fake(Launcher|Command)"))
                .findFirst()
                .map(frame -> "at " + frame.getFileName() + ":" + frame.getLineNumber())
                .orElse("somewhere"));
  }

  // What has happened

  /** Every launch of a fake process so far, in order. */
  public List<FakeCall> calls() {
    return book.trails().stream().map(FakeCall::new).toList();
  }

  /** The time in which its processes live. */
  public FakeClock clock() {
    return new FakeClock(clock);
  }

  /**
   * Says whether everything was as registered.
   *
   * @throws FakeLaunchError if something was launched that nobody registered, though the code under
   *     test may have swallowed that; if a registered command was not launched as often as it must
   *     be; if a process was sent another input than it must be; or if a {@link FakeProgram} threw
   *     something
   */
  public void verify() {
    String complaint = book.complaint();
    if (complaint != null) {
      throw new FakeLaunchError(complaint);
    }
  }

  /**
   * Ends all live children, as any launcher does, and whatever they left behind; then calls {@link
   * #verify}. Idempotent.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      clock.becomeAutomatic();
      launcher.close();
      book.endAll();
      verify();
    }
  }

  // A launcher

  @Override
  public Result run(Command command) throws CommandException, InterruptedException {
    try (VirtualClock.Visit visit = clock.visit()) {
      return launcher.run(command);
    }
  }

  @Override
  public Result run(Pipeline pipeline) throws CommandException, InterruptedException {
    try (VirtualClock.Visit visit = clock.visit()) {
      return launcher.run(pipeline);
    }
  }

  @Override
  public CompletableFuture<Result> runAsync(Command command) {
    try (VirtualClock.Visit visit = clock.visit()) {
      return launcher.runAsync(command);
    }
  }

  @Override
  public CompletableFuture<Result> runAsync(Pipeline pipeline) {
    try (VirtualClock.Visit visit = clock.visit()) {
      return launcher.runAsync(pipeline);
    }
  }

  @Override
  public Child start(Command command) throws CommandException, InterruptedException {
    try (VirtualClock.Visit visit = clock.visit()) {
      return launcher.start(command);
    }
  }

  @Override
  public Capabilities capabilities() {
    return launcher.capabilities();
  }

  @Override
  public Set<Child> children() {
    return launcher.children();
  }

  // For scripts

  Book book() {
    return book;
  }

  String programOf(Registration registration) {
    return registration.program();
  }

  void wrongStdin(FakeProcess process, String expected, String actual, String site) {
    book.wrongStdin(process.pid(), expected, actual, site);
  }

  void checkSignal(String signal) {
    int unused = Signals.number(requireNonNull(signal, "signal"));
  }

  void checkCatchable(String... signals) {
    for (String signal : signals) {
      int unused = Dispositions.catchable(requireNonNull(signal, "signal"));
    }
  }

  /** Builds a {@link FakeLauncher}. Not safe for use by multiple threads. */
  public static final class Builder {
    private boolean strict = true;
    private boolean manual;
    private UnaryOperator<Launcher.Builder> settings = UnaryOperator.identity();

    private Builder() {}

    /** Does not insist that every registration is used; unknown commands stay errors. */
    public Builder lenient() {
      strict = false;
      return this;
    }

    /** Lets time pass by {@link FakeClock#advance} only, until the launcher is closed. */
    public Builder manualClock() {
      manual = true;
      return this;
    }

    /** Sets what any launcher has: limits, defaults, an executor, a listener. */
    public Builder settings(UnaryOperator<Launcher.Builder> settings) {
      this.settings = requireNonNull(settings, "settings");
      return this;
    }

    /** The launcher. Its user closes it. */
    public FakeLauncher build() {
      return new FakeLauncher(strict, manual, settings);
    }
  }
}
