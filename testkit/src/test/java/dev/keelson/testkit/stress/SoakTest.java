/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.testkit.LeakScope;
import dev.keelson.testkit.NoLeaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Thousands of launches of every shape, a tenth of them failing, from several threads. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 10_000)
class SoakTest {

  private static final int THREADS = 4;
  private static final int EACH_CHECK = 500;

  @Test
  void shouldLeaveNothingAfterLaunchesOfEveryShape() throws Exception {
    long seed = Size.seed();
    int launches = Size.of(500, 10_000);
    AtomicInteger refused = new AtomicInteger();
    long start = System.nanoTime();
    LeakScope oracle = LeakScope.open();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      for (int done = 0; done < launches; done += EACH_CHECK) {
        List<Future<Integer>> parts = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
          Random random = Size.random(seed, done + t);
          parts.add(threads.submit(() -> launch(EACH_CHECK / THREADS, random, seed)));
        }
        for (Future<Integer> part : parts) {
          refused.addAndGet(part.get(10, TimeUnit.MINUTES));
        }
        if (done + EACH_CHECK >= launches) {
          threads.shutdown();
          assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
          oracle.within(Duration.ofSeconds(10)).assertNoLeaks();
        }
      }
    } finally {
      threads.shutdownNow();
    }
    // Six deviations of a slice: what is drawn by lot is not to be unlucky once in ten million
    // runs.
    assertEquals(launches / 10.0, refused.get(), launches / 12.0, "a tenth fails to start");
    System.out.printf(
        "%d launches, %d of them refused, seed %d: nothing left, %.1f s%n",
        launches, refused.get(), seed, (System.nanoTime() - start) / 1e9);
  }

  /** Returns how many could not be started. */
  private static int launch(int count, Random random, long seed) throws Exception {
    Shape[] shapes = Shape.values();
    int refused = 0;
    for (int i = 0; i < count; i++) {
      Shape shape = shapes[random.nextInt(shapes.length)];
      boolean fails = random.nextInt(10) == 0;
      String token = Long.toHexString(random.nextLong());
      try {
        if (fails) {
          shape.refused(random);
          refused++;
        } else {
          shape.launch(token, random);
        }
      } catch (Exception | AssertionError e) {
        throw new AssertionError(shape + " of seed " + seed + " failed", e);
      }
    }
    return refused;
  }
}
