/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.cleanup.CleanupRealm;
import dev.keelson.cleanup.LeakLevel;
import dev.keelson.cleanup.Registration;
import dev.keelson.testkit.Await;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Owners that are closed, detached or just dropped: each action runs once, or never if detached.
 */
final class CleanupLoad implements Load {

  private static final int OWNERS = 200;

  /** The state of one registration, which its owner is not in. */
  private record Held(AtomicInteger runs, LongAdder first, LongAdder again) {
    void release() {
      (runs.getAndIncrement() == 0 ? first : again).increment();
    }
  }

  private final Duration collected;
  private final CleanupRealm realm =
      CleanupRealm.builder().name("soak").leakLevel(LeakLevel.OFF).build();
  final LongAdder registered = new LongAdder();
  private final LongAdder detached = new LongAdder();
  private final LongAdder first = new LongAdder();
  private final LongAdder again = new LongAdder();

  /** An owner that is still there so long after it was dropped is never collected. */
  CleanupLoad(Duration collected) {
    this.collected = collected;
  }

  @Override
  public void turn(Random random) {
    for (int i = 0; i < OWNERS; i++) {
      Object owner = new Object();
      Held held = new Held(new AtomicInteger(), first, again);
      Registration<Held> registration = realm.register(owner, held, Held::release);
      registered.increment();
      switch (random.nextInt(4)) {
        case 0 -> registration.close();
        case 1 -> {
          assertTrue(registration.clean());
          assertFalse(registration.clean());
        }
        case 2 -> {
          assertTrue(registration.detach().isPresent());
          detached.increment();
        }
        default -> Reference.reachabilityFence(registration); // the owner is dropped
      }
      Reference.reachabilityFence(owner); // closed or detached before it could be collected
    }
  }

  @Override
  public void audit() throws Exception {
    Await.within(collected)
        .until(
            "every dropped owner is cleaned up",
            () -> {
              System.gc();
              return first.sum() + detached.sum() == registered.sum() && realm.size() == 0;
            });
    assertEquals(0, again.sum(), "actions that ran again");
    realm.close();
  }
}
