/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.testkit.stress.Size;
import java.lang.ref.Cleaner;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Everybody who may end a registration comes at the same time, a hundred thousand times, or ten
 * million: its action runs once, and one caller is told so.
 */
@Tag("process")
@Timeout(3_600)
class ExactlyOnceTest {

  private static final int RACES = Size.of(100_000, 10_000_000);
  private static final int BATCH = 1_000;

  /** What may run the action of one registration. */
  private record Contender(BooleanSupplier first, BooleanSupplier second) {}

  /** Both contenders for each of a batch, from both ends; returns how many races went wrong. */
  private static long race(int races, Function<Waiting.Count, Contender> make) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    long wrong = 0;
    try {
      CyclicBarrier barrier = new CyclicBarrier(2);
      for (int done = 0; done < races; done += BATCH) {
        Waiting.Count[] counts = new Waiting.Count[BATCH];
        Contender[] contenders = new Contender[BATCH];
        for (int i = 0; i < BATCH; i++) {
          counts[i] = new Waiting.Count();
          contenders[i] = make.apply(counts[i]);
        }
        boolean[] first = new boolean[BATCH];
        boolean[] second = new boolean[BATCH];
        Future<?> one =
            threads.submit(
                () -> {
                  barrier.await();
                  for (int i = 0; i < BATCH; i++) {
                    first[i] = contenders[i].first.getAsBoolean();
                  }
                  return null;
                });
        Future<?> two =
            threads.submit(
                () -> {
                  barrier.await();
                  for (int i = 0; i < BATCH; i++) {
                    second[i] = contenders[i].second.getAsBoolean();
                  }
                  return null;
                });
        one.get();
        two.get();
        for (int i = 0; i < BATCH; i++) {
          if (counts[i].runs() != 1 || first[i] == second[i]) {
            wrong++;
          }
        }
      }
    } finally {
      threads.shutdownNow();
      assertTrue(threads.awaitTermination(30, TimeUnit.SECONDS));
    }
    return wrong;
  }

  @Test
  void shouldRunOnceWhenClosedAndCollectedAtOnce() throws Exception {
    long wrong =
        race(
            RACES,
            count -> {
              Node<?> node = Waiting.node(count);
              return new Contender(node::clean, () -> Waiting.collect(node));
            });
    assertEquals(0, wrong);
    assertEquals(0, Waiting.REGISTRY.size());
  }

  @Test
  void shouldRunOnceOverACleanerToo() throws Exception {
    CleanerRegistry registry =
        new CleanerRegistry(new Leaks("races", LeakLevel.OFF, null), Cleaner.create());
    long wrong =
        race(
            RACES / 4,
            count -> {
              CleanerEntry<?> entry =
                  (CleanerEntry<?>)
                      registry.register(Waiting.OWNER, count, Waiting.Count::release, true);
              return new Contender(entry::clean, entry::collected);
            });
    assertEquals(0, wrong);
    assertEquals(0, registry.size());
  }

  /** The planted bug: who does not find this finds nothing. */
  @Test
  void shouldFindARegistrationThatRunsTwice() throws Exception {
    long wrong = 0;
    for (int round = 0; wrong == 0 && round < 100; round++) {
      wrong =
          race(
              BATCH * 10,
              count -> {
                CheckThenRun mutant = new CheckThenRun(count, Thread::yield);
                return new Contender(mutant::clean, mutant::clean);
              });
    }
    assertTrue(wrong > 0, "the mutant was never seen to run twice");
  }

  /** With real collections: owners die while their registrations are closed and realms too. */
  @Test
  void shouldRunOnceWhileOwnersDieAndRealmsClose() throws Exception {
    int realms = Size.of(30, 3_000);
    AtomicLong runs = new AtomicLong();
    AtomicBoolean stop = new AtomicBoolean();
    Thread collecting =
        new Thread(
            () -> {
              while (!stop.get()) {
                System.gc();
              }
            });
    collecting.start();
    long registered = 0;
    long detached = 0;
    try {
      for (int i = 0; i < realms; i++) {
        CleanupRealm realm = CleanupRealm.builder().name("dying").leakLevel(LeakLevel.OFF).build();
        Waiting.Count count = new Waiting.Count();
        Thread closing = new Thread(realm::close);
        int here = 0;
        for (int j = 0; j < 1_000; j++) {
          if (j == 800) {
            closing.start();
          }
          try {
            Registration<?> r = realm.register(new Object(), count, Waiting.Count::release);
            here++;
            if (j % 3 == 0) {
              r.close();
            } else if (j % 100 == 1 && r.detach().isPresent()) {
              detached++;
            }
          } catch (IllegalStateException closed) {
            break;
          }
        }
        registered += here;
        closing.join();
        assertTrue(realm.drain(java.time.Duration.ofSeconds(30)));
        assertEquals(0, realm.size());
        runs.addAndGet(count.runs());
      }
    } finally {
      stop.set(true);
      collecting.join();
    }
    assertEquals(registered, runs.get() + detached);
  }
}
