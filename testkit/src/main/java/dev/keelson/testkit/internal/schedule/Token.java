/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A schedule as a word to be pasted: {@code s1-a4b2a-9c1f02de} is four steps of the first thread,
 * two of the second, one of the first, and the hash of what they went through. It depends on no
 * generator of random numbers, and tells when the program is another one.
 */
final class Token {

  /** As many as there are letters. */
  static final int MOST_THREADS = 26;

  /** Possessive, as it would recurse otherwise: a token may have thousands of runs. */
  private static final Pattern WHOLE = Pattern.compile("s1-((?:[a-z]\\d{0,6}+)++)-([0-9a-f]{8})");

  private static final Pattern RUN = Pattern.compile("([a-z])(\\d*)");

  private final int[] who;
  private final int hash;

  private Token(int[] who, int hash) {
    this.who = who;
    this.hash = hash;
  }

  /** Which thread goes on at each step. */
  int[] who() {
    return who.clone();
  }

  /** Of the trace that it was made from. */
  int hash() {
    return hash;
  }

  static Token of(Trace trace) {
    return new Token(trace.who(), trace.hash());
  }

  /** The token of what {@link #toString} gave. */
  static Token parse(String text) {
    Matcher whole = WHOLE.matcher(text.strip());
    if (!whole.matches()) {
      throw new IllegalArgumentException(
          "replay is \""
              + text
              + "\"; it must be a token as a failed schedule prints it, such as"
              + " \"s1-a4b2a-9c1f02de\"");
    }
    IntStream.Builder who = IntStream.builder();
    Matcher run = RUN.matcher(whole.group(1));
    while (run.find()) {
      int times = run.group(2).isEmpty() ? 1 : Integer.parseInt(run.group(2));
      for (int i = 0; i < times; i++) {
        who.add(run.group(1).charAt(0) - 'a');
      }
    }
    return new Token(who.build().toArray(), Integer.parseUnsignedInt(whole.group(2), 16));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("s1-");
    for (int i = 0; i < who.length; ) {
      int from = i;
      while (i < who.length && who[i] == who[from]) {
        i++;
      }
      text.append((char) ('a' + who[from]));
      if (i - from > 1) {
        text.append(i - from);
      }
    }
    return text.append('-').append(String.format(Locale.ROOT, "%08x", hash)).toString();
  }
}
