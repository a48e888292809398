/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.util.Objects.requireNonNull;

import dev.keelson.testkit.internal.fake.WordMatcher;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Matches words of a command line, the program included, for {@link FakeLauncher#on}. Immutable;
 * safe for use by multiple threads if its predicate is.
 */
public final class Arg {

  private final WordMatcher matcher;

  private Arg(WordMatcher matcher) {
    this.matcher = matcher;
  }

  /** Exactly that word. */
  public static Arg is(String word) {
    return new Arg(WordMatcher.exactly(requireNonNull(word, "word")));
  }

  /** Any one word. */
  public static Arg any() {
    return any(1, 1);
  }

  /**
   * Any words, from {@code min} to {@code max} of them.
   *
   * @throws IllegalArgumentException if that is no range
   */
  public static Arg any(int min, int max) {
    if (min < 0 || max < min) {
      throw new IllegalArgumentException(
          "any(" + min + ", " + max + ") matches nothing; it must be 0 <= min <= max");
    }
    return new Arg(new WordMatcher(words(min, max), word -> true, "", min, max));
  }

  private static String words(int min, int max) {
    if (max == Integer.MAX_VALUE) {
      return min == 0 ? "<any words>" : "<" + min + " or more words>";
    }
    return min == 1 && max == 1 ? "<any word>" : "<" + min + " to " + max + " words>";
  }

  /** Whatever follows, perhaps nothing. */
  public static Arg rest() {
    return any(0, Integer.MAX_VALUE);
  }

  /**
   * One word that matches, whole.
   *
   * @throws java.util.regex.PatternSyntaxException if it is no regular expression
   */
  public static Arg regex(String regex) {
    return matching("/" + regex + "/", Pattern.compile(regex).asMatchPredicate());
  }

  /** The name of a program, in any directory. */
  public static Arg program(String name) {
    requireNonNull(name, "name");
    return new Arg(
        new WordMatcher(
            "<any directory>/" + name, word -> fileName(word).equals(name), name, 1, 1));
  }

  private static String fileName(String path) {
    return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  }

  /**
   * One word that fits.
   *
   * @param description what messages call it
   */
  public static Arg matching(String description, Predicate<? super String> fits) {
    requireNonNull(fits, "fits");
    return new Arg(
        new WordMatcher(requireNonNull(description, "description"), fits::test, "", 1, 1));
  }

  WordMatcher matcher() {
    return matcher;
  }

  /** As messages show it. */
  @Override
  public String toString() {
    return matcher.description();
  }
}
