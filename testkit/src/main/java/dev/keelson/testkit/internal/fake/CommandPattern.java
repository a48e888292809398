/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.annotation.Nullable;

/** Which command lines are meant. Immutable. */
public final class CommandPattern {

  private final List<WordMatcher> matchers;
  private final @Nullable Pattern line;

  /** Those whose words match, one after the other. */
  public CommandPattern(List<WordMatcher> matchers) {
    this.matchers = List.copyOf(matchers);
    line = null;
  }

  /** Those that match as a shell line, whole. */
  public CommandPattern(Pattern line) {
    matchers = List.of();
    this.line = line;
  }

  boolean matches(List<String> words) {
    return line != null ? line.matcher(Words.shown(words)).matches() : distance(words) == 0;
  }

  /** How far a command line is from these; 0 only if it matches. */
  double distance(List<String> words) {
    if (line != null) {
      return matches(words) ? 0 : words.size();
    }
    // costs[j]: the matchers so far against the first j words. An unmatched word or matcher costs
    // 1.
    double[] costs = new double[words.size() + 1];
    for (int j = 1; j < costs.length; j++) {
      costs[j] = j;
    }
    for (WordMatcher matcher : matchers) {
      costs = next(costs, matcher, words);
    }
    return costs[words.size()];
  }

  private static double[] next(double[] before, WordMatcher matcher, List<String> words) {
    double[] costs = new double[before.length];
    for (int j = 0; j < costs.length; j++) {
      costs[j] = before[j] + matcher.min();
      double fitting = 0;
      for (int count = 1; count <= Math.min(j, matcher.max()); count++) {
        fitting += matcher.distance(words.get(j - count));
        int missing = Math.max(matcher.min() - count, 0);
        costs[j] = Math.min(costs[j], before[j - count] + fitting + missing);
      }
      if (j > 0) {
        costs[j] = Math.min(costs[j], costs[j - 1] + 1);
      }
    }
    return costs;
  }

  /** The first difference in words; {@code shown} makes a word fit for people. */
  String difference(List<String> words, UnaryOperator<String> shown) {
    if (line != null) {
      return "the whole line must match /" + line + "/";
    }
    int at = 0;
    for (WordMatcher matcher : matchers) {
      int taken = 0;
      while (taken < matcher.max() && at < words.size() && matcher.fits().test(words.get(at))) {
        taken++;
        at++;
      }
      if (taken < matcher.min()) {
        return at < words.size()
            ? "word "
                + at
                + " is "
                + shown.apply(words.get(at))
                + ", expected "
                + matcher.description()
            : "word " + at + " is missing, expected " + matcher.description();
      }
    }
    if (at == words.size()) {
      return "the words come in another order";
    }
    return "word " + at + " is " + shown.apply(words.get(at)) + ", expected no more words";
  }

  /** The program, as far as it is known. */
  String program() {
    return matchers.isEmpty() ? toString() : matchers.get(0).description();
  }

  /** As messages show it. */
  @Override
  public String toString() {
    return line != null
        ? "/" + line + "/"
        : matchers.stream().map(WordMatcher::description).collect(Collectors.joining(" "));
  }
}
