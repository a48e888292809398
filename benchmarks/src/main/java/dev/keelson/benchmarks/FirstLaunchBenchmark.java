/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.util.List;

/**
 * The first launch of a program, for which nothing is loaded and linked yet: each in a JVM of its
 * own, from the first line of {@code main} on.
 */
final class FirstLaunchBenchmark {

  private FirstLaunchBenchmark() {}

  static void run(Options options) throws Exception {
    new Rounds(options)
        .side(side(Side.KEELSON, options))
        .side(side(Side.PROCESS_BUILDER, options))
        .run("launch-first", options.number("rounds", 21), 1, 1);
  }

  private static Side side(String name, Options options) {
    return new Side(
        name,
        times ->
            Double.parseDouble(
                OwnJvm.run(options, List.of(), "launch-first-once", "--only", name)));
  }

  /** Launches and prints how many microseconds that took. */
  static void once(Options options) throws Exception {
    long began = System.nanoTime();
    if (options.only().equals(Side.KEELSON)) {
      Launches.keelson();
    } else {
      Launches.processBuilder();
    }
    System.out.println((System.nanoTime() - began) / 1e3);
  }
}
