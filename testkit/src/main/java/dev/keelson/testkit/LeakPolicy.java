/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a {@link LeakScope} looks for, how long it waits, and what it leaves out.
 *
 * <p><b>Thread safety.</b> Immutable: every method returns a new policy.
 */
public final class LeakPolicy {

  /** What is left out, and why. */
  private record Rule(LeakKind kind, Pattern name, String reason) {}

  private static final LeakPolicy STANDARD =
      new LeakPolicy(
          "the code in the scope",
          LeakMode.CENSUS,
          EnumSet.allOf(LeakKind.class),
          Duration.ofSeconds(2),
          List.of(),
          List.of());

  private final String scope;
  private final LeakMode mode;
  private final Set<LeakKind> kinds;
  private final Duration limit;
  private final List<Path> directories;
  private final List<Rule> rules;

  private LeakPolicy(
      String scope,
      LeakMode mode,
      Set<LeakKind> kinds,
      Duration limit,
      List<Path> directories,
      List<Rule> rules) {
    this.scope = scope;
    this.mode = mode;
    this.kinds = kinds;
    this.limit = limit;
    this.directories = directories;
    this.rules = rules;
  }

  /**
   * All kinds in the whole JVM, two seconds, nothing left out but what belongs to the JVM and its
   * test tools.
   */
  public static LeakPolicy standard() {
    return STANDARD;
  }

  /** What the failure message blames: {@code "PoolTest.closes()"}. */
  public LeakPolicy scope(String scope) {
    return new LeakPolicy(requireNonNull(scope, "scope"), mode, kinds, limit, directories, rules);
  }

  /** What is held responsible; {@link LeakMode#CENSUS} by default. */
  public LeakPolicy mode(LeakMode mode) {
    return new LeakPolicy(scope, requireNonNull(mode, "mode"), kinds, limit, directories, rules);
  }

  /** Looks for these kinds only. */
  public LeakPolicy only(LeakKind first, LeakKind... more) {
    return new LeakPolicy(scope, mode, EnumSet.of(first, more), limit, directories, rules);
  }

  /** How long things may take to go away; zero looks once. */
  public LeakPolicy within(Duration limit) {
    if (limit.isNegative()) {
      throw new IllegalArgumentException("limit must not be negative: " + limit);
    }
    return new LeakPolicy(scope, mode, kinds, limit, directories, rules);
  }

  /** Also looks for new entries in this directory, and holds this JVM responsible for them. */
  public LeakPolicy watching(Path directory) {
    return new LeakPolicy(scope, mode, kinds, limit, longer(directories, directory), rules);
  }

  /**
   * Leaves out what has a matching name.
   *
   * @param name a regular expression that is looked for in {@link Leak#name}
   * @param reason why that is right; it stands in every report
   */
  public LeakPolicy ignoring(LeakKind kind, String name, String reason) {
    requireNonNull(kind, "kind");
    if (reason.isBlank()) {
      throw new IllegalArgumentException("say why \"" + name + "\" is to be ignored");
    }
    Rule rule = new Rule(kind, Pattern.compile(name), reason);
    return new LeakPolicy(scope, mode, kinds, limit, directories, longer(rules, rule));
  }

  LeakMode mode() {
    return mode;
  }

  String scope() {
    return scope;
  }

  Set<LeakKind> kinds() {
    return kinds;
  }

  Duration limit() {
    return limit;
  }

  List<Path> directories() {
    return directories;
  }

  /** Why this is left out; empty if it is not. */
  Optional<String> reasonToIgnore(Leak leak) {
    return rules.stream()
        .filter(rule -> rule.kind == leak.kind() && rule.name.matcher(leak.name()).find())
        .map(Rule::reason)
        .findFirst();
  }

  private static <T> List<T> longer(List<T> list, T element) {
    List<T> longer = new ArrayList<>(list);
    longer.add(requireNonNull(element));
    return List.copyOf(longer);
  }
}
