/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.threads.Durations;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;

/**
 * The attributes of one {@link Command}. A command never changes its settings once it is made: a
 * wither copies them, changes the copy, and makes a new command of it, which publishes them by its
 * final field.
 */
final class CommandSettings {

  private static final long DEFAULT_MAX_OUTPUT = 16L << 20;
  private static final long DEFAULT_DRAIN_SECONDS = 2;
  private static final long DEFAULT_GRACE_SECONDS = 5;

  /** One argument, the program being the first. */
  record Argument(String text, boolean secret) {}

  /** A variable's new value, or null to remove it. */
  record Variable(@Nullable String value, boolean secret) {}

  List<Argument> arguments = List.of();
  @Nullable Path directory;
  boolean clearEnvironment;
  Map<String, Variable> environment = Map.of();
  Stdin stdin = Stdin.empty();
  Stdout stdout = Stdout.capture();
  Stdout stderr = Stdout.capture();
  boolean mergeStderr;
  Charset charset = StandardCharsets.UTF_8;

  /** Whether {@link #timeoutNanos} was set here, and so no launcher's default applies. */
  boolean timeoutSet;

  long timeoutNanos = Durations.NEVER;
  long idleTimeoutNanos = Durations.NEVER;
  long graceNanos = TimeUnit.SECONDS.toNanos(DEFAULT_GRACE_SECONDS);
  Drain drain = Drain.graceful(Duration.ofSeconds(DEFAULT_DRAIN_SECONDS));

  /** The exit codes that are no failure, or null if every end is fine. */
  @Nullable Set<Integer> expected = Set.of(0);

  long maxOutput = DEFAULT_MAX_OUTPUT;

  /** If not zero, how much of a longer standard output is kept, half of it from each end. */
  long keepHeadAndTail;

  Group group = Group.AUTO;
  boolean tracked = true;
  boolean detached;

  CommandSettings copy() {
    CommandSettings copy = new CommandSettings();
    copy.arguments = arguments;
    copy.directory = directory;
    copy.clearEnvironment = clearEnvironment;
    copy.environment = environment;
    copy.stdin = stdin;
    copy.stdout = stdout;
    copy.stderr = stderr;
    copy.mergeStderr = mergeStderr;
    copy.charset = charset;
    copy.timeoutSet = timeoutSet;
    copy.timeoutNanos = timeoutNanos;
    copy.idleTimeoutNanos = idleTimeoutNanos;
    copy.graceNanos = graceNanos;
    copy.drain = drain;
    copy.expected = expected;
    copy.maxOutput = maxOutput;
    copy.keepHeadAndTail = keepHeadAndTail;
    copy.group = group;
    copy.tracked = tracked;
    copy.detached = detached;
    return copy;
  }

  void addArguments(Iterable<String> more, boolean secret) {
    List<Argument> all = new ArrayList<>(arguments);
    for (String text : more) {
      all.add(new Argument(Checks.argument(text, all.size(), secret), secret));
    }
    arguments = List.copyOf(all);
  }

  void setVariable(String name, @Nullable String value, boolean secret) {
    Map<String, Variable> all = new TreeMap<>(environment);
    all.put(
        Checks.variableName(name),
        new Variable(value == null ? null : Checks.variableValue(name, value, secret), secret));
    environment = all;
  }

  /** How long it may take, where that is the launcher's default. */
  long timeoutNanos(@Nullable Duration fallback) {
    return timeoutSet || fallback == null
        ? timeoutNanos
        : Durations.nanos("defaultTimeout", fallback);
  }

  boolean ownSession() {
    return group == Group.SESSION
        || (group == Group.AUTO && !(stdin.source() instanceof InputSource.Inherit));
  }
}
