/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.util.Optional;

/** Starts {@code /bin/true}, captures its output and waits: the price of one launch. */
final class LaunchBenchmark {

  /** NuProcess finds most ends by polling; one launch takes as long as a hundred of the others. */
  private static final int NUPROCESS_SHARE = 25;

  private LaunchBenchmark() {}

  static void run(Options options) throws Exception {
    int rounds = options.number("rounds", 15);
    int launches = options.number("launches", 100);
    int warmUp = options.number("warmup", 80);
    Side nuProcess = Side.of("NuProcess", Launches::nuProcess);
    Rounds all =
        new Rounds(options)
            .side(Side.KEELSON, Launches::keelson)
            .side(Side.PROCESS_BUILDER, Launches::processBuilder)
            .side("zt-exec", Launches::ztExec)
            .side("commons-exec", Launches::commonsExec)
            .side(
                new Side(
                    nuProcess.name(),
                    times -> nuProcess.measure().micros(Math.max(2, times / NUPROCESS_SHARE))))
            .bar(Side.PROCESS_BUILDER, options.isLinux() ? 1 / 1.7 : 1.15);
    Optional<CLoop> loop = CLoop.start();
    try {
      if (loop.isPresent()) {
        all.side(new Side("C", loop.get()::micros));
        if (options.isLinux()) {
          all.bar("C", 1.20);
        }
      }
      all.run("launch", rounds, launches, warmUp);
    } finally {
      if (loop.isPresent()) {
        loop.get().close();
      }
    }
  }
}
