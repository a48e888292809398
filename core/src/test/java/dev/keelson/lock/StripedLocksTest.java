/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Some stripes together, when one of them is taken away. */
@Timeout(60)
class StripedLocksTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  private final LockRegistry registry = LockRegistry.builder().build();
  private final StripedLocks stripes = registry.striped("stripes", 8);
  private final List<Integer> keys = IntStream.range(0, 100).boxed().toList();
  private final Actor a = new Actor("a");
  private final Actor b = new Actor("b");
  private ResettableLock last = stripes.get(0);

  /** Whoever takes all of them waits for the last one. */
  @BeforeEach
  void takeTheLast() throws Exception {
    StripedLocks.Held all = stripes.lockAll(keys);
    last = all.locks().get(7);
    all.close();
    b.tell(last::lock);
  }

  @AfterEach
  void end() throws Exception {
    a.die();
    b.die();
  }

  @Test
  void shouldTellOfTheEvictionWhenItTakesWhatWasHadAlready() throws Exception {
    FutureTask<StripedLocks.Held> taking = a.begin(() -> stripes.lockAll(keys));
    a.awaitQueued(last);

    registry.evictAll(Force.YES, each -> each != last, "shutdown");
    last.evict(Force.YES, "shutdown");

    LockResetException e = assertThrows(LockResetException.class, () -> Actor.end(taking));
    assertTrue(e.getSuppressed().length > 0);
    assertInstanceOf(LockOwnershipLostException.class, e.getSuppressed()[0]);
  }

  @Test
  void shouldGetNothingWhenEvictedBeforeTheTimeIsOver() throws Exception {
    FutureTask<StripedLocks.Held> taking = a.begin(() -> stripes.tryLockAll(keys, LONG));
    a.awaitQueued(last);

    registry.evictAll(Force.YES, each -> true, "shutdown");

    assertNull(Actor.end(taking));
  }

  @Test
  void shouldStillGiveThemBackWhenAnotherThreadHasTried() throws Exception {
    b.tell(last::unlock);
    StripedLocks.Held held = a.ask(() -> stripes.lockAll(keys));

    assertThrows(IllegalMonitorStateException.class, held::close);
    a.tell(held::close);

    assertFalse(last.isLocked());
    a.tell(held::close);
  }
}
