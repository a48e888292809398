/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import java.util.function.Predicate;

/**
 * Matches some words in a row.
 *
 * @param description as messages show it
 * @param fits whether a word is one of them
 * @param like the word that is meant, to find near misses by; empty if there is none
 * @param min how many words at the least
 * @param max how many words at the most
 */
public record WordMatcher(
    String description, Predicate<String> fits, String like, int min, int max) {

  /** One word. */
  public static WordMatcher exactly(String word) {
    return new WordMatcher(Words.shown(word), word::equals, word, 1, 1);
  }

  /** How far a word is from what is meant: 0 if it fits, 1 if it is something else entirely. */
  double distance(String word) {
    if (fits.test(word)) {
      return 0;
    }
    int longer = Math.max(Math.max(word.length(), like.length()), 1);
    return like.isEmpty() ? 1 : Math.max((double) edits(word, like) / longer, 0.01);
  }

  private static int edits(String a, String b) {
    int[] before = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int same = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(same, Math.min(before[j], row[j - 1]) + 1);
      }
      before = row;
    }
    return before[b.length()];
  }
}
