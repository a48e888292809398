/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.keelson.testkit.stress.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nothing is lost and nothing made: every hold ends by its owner's unlock or by a reset that says
 * RELEASED. Since a deprived owner is told, the resets took as many holds as their owners were told
 * of. It is holds that are counted, as one who locks again without knowing that it was deprived may
 * lose that tenure too, and be told of both at once.
 */
@Tag("process")
@Timeout(600)
class ConservationTest {

  private static final long MILLIS = Size.of(700, 30_000);
  private static final int THREADS = 4;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldConserveTenures(boolean fair) throws Exception {
    assertEquals("", run(() -> new ResettableLock(fair), MILLIS));
  }

  @Test
  void shouldSeeAnUnlockThatStores() throws Exception {
    assertNotEquals("", search(Mutants::storesInUnlock));
  }

  @Test
  void shouldSeeHoldsThatAreCountedInAPlainField() throws Exception {
    assertNotEquals("", search(Mutants::countsPlainly));
  }

  private static String search(Supplier<ResettableLock> mutant) throws Exception {
    String found = "";
    for (int i = 0; i < 200 && found.isEmpty(); i++) {
      found = run(mutant, 200);
    }
    return found;
  }

  /** Says what is wrong, or nothing. */
  private static String run(Supplier<ResettableLock> maker, long millis) throws Exception {
    ResettableLock lock = maker.get();
    Ledger ledger = new Ledger(lock);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      threads.add(daemon(() -> ledger.use(end)));
    }
    Thread resetter = daemon(() -> ledger.reset(end));
    resetter.join();
    for (Thread thread : threads) {
      thread.join(TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()) + 20_000);
    }
    boolean hangs = threads.stream().anyMatch(Thread::isAlive);
    if (hangs) { // let it go
      while (threads.stream().anyMatch(Thread::isAlive)) {
        try {
          lock.reset(Force.YES, "over");
        } catch (IllegalMonitorStateException e) {
          // a mutant
        }
        Thread.sleep(1);
      }
      return "some wait for ever";
    }
    return ledger.audit();
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** What was done to one lock. */
  private static final class Ledger {
    private final ResettableLock lock;
    private final Condition condition;
    private final LongAdder unlocked = new LongAdder();
    private final LongAdder told = new LongAdder();
    private final LongAdder released = new LongAdder();
    private final LongAdder wrong = new LongAdder();

    Ledger(ResettableLock lock) {
      this.lock = lock;
      condition = lock.newCondition();
    }

    void use(long end) {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      while (System.nanoTime() < end) {
        try {
          if (section(random)) {
            unlocked.increment();
          }
        } catch (LockOwnershipLostException e) {
          told.increment();
        } catch (IllegalMonitorStateException e) {
          wrong.increment(); // it was never told that it lost the lock
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }

    /** One hold, or two; false if there was none. */
    private boolean section(ThreadLocalRandom random) throws InterruptedException {
      int kind = random.nextInt(10);
      if (kind < 2) {
        if (!lock.tryLock()) {
          return false;
        }
      } else if (kind == 2) {
        if (!lock.tryLock(random.nextInt(200), TimeUnit.MICROSECONDS)) {
          return false;
        }
      } else if (kind == 3) {
        lock.lockInterruptibly();
      } else {
        lock.lock();
      }
      if (kind == 4) {
        lock.lock();
        Racers.linger();
        try {
          lock.unlock(); // if a reset came before the second lock, this is that tenure's end,
        } catch (LockOwnershipLostException e) {
          told.increment(); // both holds are gone, in one tenure or in two
          throw e;
        }
        unlocked.increment();
        lock.unlock(); // and this one is told of the first
        return true;
      }
      if (kind == 5) {
        condition.awaitNanos(random.nextInt(20_000));
      } else if (kind == 6) {
        condition.signalAll();
      }
      Racers.linger();
      lock.unlock();
      return true;
    }

    void reset(long end) {
      long stop = end - TimeUnit.MILLISECONDS.toNanos(50); // the last moments without help
      while (System.nanoTime() < stop) {
        try {
          Optional<LostTenure> lost = lock.reset(Force.YES, "stress").lost();
          released.add(lost.map(LostTenure::holds).orElse(0));
        } catch (IllegalMonitorStateException e) {
          wrong.increment();
        }
        Racers.linger();
      }
    }

    String audit() {
      String sums =
          String.format(
              "%,d unlocked, %,d told, %,d released, %,d neither",
              unlocked.sum(), told.sum(), released.sum(), wrong.sum());
      System.out.println(lock.sync.getClass().getSimpleName() + ": " + sums);
      boolean right =
          told.sum() == released.sum()
              && wrong.sum() == 0
              && !lock.isLocked()
              && !lock.hasQueuedThreads();
      return right ? "" : sums + " " + lock;
    }
  }
}
