/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.keelson.lock.AbandonPolicy;
import dev.keelson.lock.AbandonedLockException;
import dev.keelson.lock.LockRegistry;
import dev.keelson.lock.ResettableLock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Locks whose owners die with them, and which nobody may wait for in vain, or share. */
final class LockLoad implements Load {

  private static final int SECTIONS = 200;

  /** What a lock guards: a plain count, of which nothing is lost while the lock excludes. */
  static final class Guarded {
    private final ResettableLock lock;
    private final LongAdder entered = new LongAdder();
    long count;

    Guarded(LockRegistry registry, String name) {
      lock = registry.lock(name);
    }
  }

  private final Duration lost;
  private final LockRegistry healing = LockRegistry.builder().name("healing").build();
  private final LockRegistry refusing =
      LockRegistry.builder().name("refusing").policy(AbandonPolicy.REFUSE).fair(true).build();
  final List<Guarded> all =
      Stream.of(healing, refusing)
          .flatMap(r -> Stream.of(new Guarded(r, "a"), new Guarded(r, "b")))
          .toList();

  /** After {@code lost} a lock that was not had counts as one that cannot be had any more. */
  LockLoad(Duration lost) {
    this.lost = lost;
  }

  @Override
  public void turn(Random random) throws Exception {
    Guarded guarded = all.get(random.nextInt(all.size()));
    for (int i = random.nextInt(SECTIONS); i >= 0; i--) {
      enter(guarded);
      guarded.lock.unlock();
    }
    Thread dying = new Thread(() -> enter(guarded), "soak-dies-with-a-lock");
    dying.start();
    if (random.nextBoolean()) {
      refusing.recoverAll(); // beside those who find it by themselves
    }
    dying.join();
  }

  private void enter(Guarded guarded) {
    while (true) {
      try {
        if (!guarded.lock.tryLock(lost.toNanos(), TimeUnit.NANOSECONDS)) {
          throw new AssertionError("a lock is lost:\n" + LockRegistry.global().report());
        }
        guarded.lock.markConsistent();
        guarded.count++;
        guarded.entered.increment();
        return;
      } catch (AbandonedLockException e) {
        guarded.lock.recover(tenure -> {});
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public void audit() {
    for (Guarded guarded : all) {
      enter(guarded);
      guarded.lock.unlock();
      assertEquals(guarded.entered.sum(), guarded.count, "entered, and counted under the lock");
      assertFalse(guarded.lock.isLocked());
      assertFalse(guarded.lock.hasQueuedThreads());
    }
  }
}
