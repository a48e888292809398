/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Launches from several threads at once: the time between two ends, over all threads. */
final class CallersBenchmark {

  private static final int[] CALLERS = {1, 2, 4, 16};

  private CallersBenchmark() {}

  static void run(Options options) throws Exception {
    int rounds = options.number("rounds", 9);
    int launches = options.number("launches", 160);
    int warmUp = options.number("warmup", 50);
    for (int callers : CALLERS) {
      ExecutorService threads = Executors.newFixedThreadPool(callers);
      try {
        Rounds all =
            new Rounds(options)
                .side(shared(Side.KEELSON, threads, callers, Launches::keelson))
                .side(shared(Side.PROCESS_BUILDER, threads, callers, Launches::processBuilder));
        if (options.isLinux() && callers == 4) {
          all.bar(Side.PROCESS_BUILDER, 1 / 1.7);
        }
        all.run("launch-callers/" + callers, rounds, launches, warmUp);
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private static Side shared(
      String name, ExecutorService threads, int callers, Side.Action action) {
    return new Side(
        name,
        times -> {
          int each = Math.max(1, times / callers);
          List<Future<?>> parts = new ArrayList<>();
          long began = System.nanoTime();
          for (int i = 0; i < callers; i++) {
            parts.add(
                threads.submit(
                    () -> {
                      for (int n = 0; n < each; n++) {
                        action.run();
                      }
                      return null;
                    }));
          }
          for (Future<?> part : parts) {
            part.get();
          }
          return (System.nanoTime() - began) / 1e3 / (each * callers);
        });
  }
}
