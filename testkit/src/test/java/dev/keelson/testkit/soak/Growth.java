/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.soak;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a figure that goes up and down goes up in the long run: the first quarter of its samples
 * is left to warm up, and the median of the second is compared with that of the last.
 */
final class Growth {

  private static final int FEWEST = 12;

  private final String name;
  private final long slack;
  private final List<Long> samples = new ArrayList<>();

  /** {@code slack} is what a median may differ by and mean nothing. */
  Growth(String name, long slack) {
    this.name = name;
    this.slack = slack;
  }

  void sample(long value) {
    samples.add(value);
  }

  /** What grew and by how much, or nothing; nothing can be said of few samples. */
  String verdict() {
    int quarter = samples.size() / 4;
    if (samples.size() < FEWEST) {
      return "";
    }
    long early = median(samples.subList(quarter, 2 * quarter));
    long late = median(samples.subList(samples.size() - quarter, samples.size()));
    return late - early > slack ? name + " grew from " + early + " to " + late : "";
  }

  private static long median(List<Long> values) {
    return values.stream().sorted().skip((values.size() - 1) / 2).findFirst().orElseThrow();
  }

  @Override
  public String toString() {
    return name + " " + samples.get(samples.size() - 1);
  }
}
