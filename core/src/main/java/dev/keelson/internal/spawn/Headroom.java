/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses a start for which there are not enough descriptors, before the JDK tries it.
 *
 * <p>A {@link ProcessBuilder#start} that runs out of descriptors half way leaks pipes and closes
 * descriptors that are not its own (seen on JDK 17.0.15 and 25.0.3). So the open ones are counted
 * first, by one stat: Linux tells their number as the size of {@code /proc/self/fd} since 6.2.
 * Older systems say 0 there, and nothing is refused. Other threads may still take what was counted
 * as free.
 */
public final class Headroom {

  /** What one start may need at the same time, ours and the JDK's, with room for another one. */
  static final int NEEDED = 24;

  private static final File OPEN = new File("/proc/self/fd");
  private static final File LIMITS = new File("/proc/self/limits");
  private static final Pattern SOFT = Pattern.compile("Max open files +(\\d+)");

  /**
   * As last read. It may be changed from outside, so it is read again before anything is refused.
   */
  private static volatile long limit = Long.MAX_VALUE;

  private static volatile boolean known;

  private Headroom() {}

  /**
   * Returns if there is room for a start.
   *
   * @throws IOException as the JDK says that there is none
   */
  public static void require() throws IOException {
    long open = OPEN.length();
    if (open == 0) {
      return;
    }
    if (!known || limit - open < NEEDED) {
      limit = read();
      known = true;
      if (limit - open < NEEDED) {
        throw new IOException(
            "error=24, Too many open files: "
                + open
                + " of "
                + limit
                + " are open, and a start may need "
                + NEEDED);
      }
    }
  }

  /**
   * The soft limit. Where it cannot be read because no descriptor is left, that is the answer. By a
   * stream, which an interrupt of the thread does not concern.
   */
  private static long read() throws IOException {
    String all;
    try (FileInputStream in = new FileInputStream(LIMITS)) {
      all = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
    Matcher soft = SOFT.matcher(all);
    return soft.find() ? Long.parseLong(soft.group(1)) : Long.MAX_VALUE;
  }
}
