/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The thread behind the realms, and those that stand in for it. */
@Tag("process")
@Timeout(120)
class CollectorTest {

  private static final Duration SLOW = Duration.ofMillis(50);

  /** Ample to get as far as where it blocks. */
  private static final Duration AMPLE = Duration.ofMillis(700);

  private static final Duration LONG = Duration.ofSeconds(30);

  private final Log log = new Log();
  private final CleanupRealm realm =
      Flavour.OWN.builder().name("collector test").slowAfter(SLOW).build();

  @AfterEach
  void close() throws InterruptedException {
    realm.close();
    log.close();
    assertTrue(realm.drain(LONG), "an action was left behind");
  }

  @Test
  void shouldReportAnActionThatBlocksAndRunTheOthersBesideIt() throws Exception {
    try (CleanupRealm patient =
        Flavour.OWN.builder().name("patient test").slowAfter(AMPLE).build()) {
      reportAndRunBeside(patient);
    }
  }

  private void reportAndRunBeside(CleanupRealm realm) throws Exception {
    Resource blocking = new Resource();
    Resource other = new Resource();
    realm.register(new Object(), blocking, Resource::block);
    Gc.until(() -> blocking.count() == 1);
    try {
      realm.register(new Object(), other, Resource::release);
      Gc.until(() -> other.count() == 1);
      assertNotEquals(blocking.releasedBy, other.releasedBy);
      Gc.await(() -> log.says("a cleanup action has been running for"));
      assertTrue(log.says("in realm patient test"));
      assertTrue(log.says("dev.keelson.cleanup.Resource.block"));
      assertFalse(realm.drain(Duration.ofMillis(1)), "it still blocks");
    } finally {
      blocking.gate.countDown();
    }
    assertTrue(realm.drain(LONG));
    assertEquals(1, log.count("a cleanup action has been running for"));
  }

  @Test
  void shouldWaitForAThreadWhenTooManyBlockAndGoOnWhenOneReturns() throws Exception {
    List<Resource> blocking = new ArrayList<>();
    List<Reference<?>> registrations = new ArrayList<>();
    for (int i = 0; i < Collector.MAX_STUCK + 1; i++) {
      Resource each = new Resource();
      blocking.add(each);
      registrations.add(new WeakReference<>(realm.register(new Object(), each, Resource::block)));
    }
    Object owner = new Object();
    realm.register(owner, new Resource(), Resource::release); // so that the thread stays
    Resource waiting = new Resource();
    try {
      Gc.until(() -> blocking.stream().allMatch(each -> each.count() == 1));
      Gc.await(() -> log.count("a cleanup action has been running for") == Collector.MAX_STUCK + 1);
      realm.register(new Object(), waiting, Resource::release);
      for (int i = 0; i < 5; i++) {
        System.gc();
        Thread.sleep(20);
      }
      assertEquals(0, waiting.count(), "who runs it?");
      blocking.get(3).gate.countDown();
      Gc.until(() -> waiting.count() == 1);
    } finally {
      blocking.forEach(each -> each.gate.countDown());
    }
    Gc.until(() -> registrations.get(3).refersTo(null)); // its thread goes on, and kept it
    Reference.reachabilityFence(owner);
  }

  @Test
  void shouldRunOnADaemonThatHoldsNothingOfItsMakers() throws Exception {
    Resource resource = new Resource();
    InheritableThreadLocal<Object> local = new InheritableThreadLocal<>();
    local.set("the maker's");
    AtomicReference<Object> seen = new AtomicReference<>("not looked");
    realm.registerUnchecked(
        new Object(),
        () -> {
          seen.set(local.get());
          resource.release();
        });
    Gc.until(() -> resource.count() == 1);
    assertTrue(resource.releasedBy.isDaemon());
    assertNull(resource.releasedBy.getContextClassLoader());
    assertNull(seen.get());
  }

  @Test
  void shouldEndItsThreadWhenNothingIsRegistered() throws Exception {
    Resource resource = new Resource();
    realm.register(new Object(), resource, Resource::release);
    Gc.until(() -> resource.count() == 1);
    Thread thread = resource.releasedBy;
    realm.close();
    Gc.await(() -> !thread.isAlive());
    try (CleanupRealm another = Flavour.OWN.realm()) {
      Resource later = new Resource();
      another.register(new Object(), later, Resource::release);
      Gc.until(() -> later.count() == 1);
    }
  }

  /** It sleeps without a limit while something is registered; the last one that goes wakes it. */
  @Test
  void shouldRestWhileNothingHappensAndEndItsThreadWhenTheLastIsClosed() throws Exception {
    Resource resource = new Resource();
    realm.register(new Object(), resource, Resource::release);
    Object owner = new Object();
    Registration<Resource> last = realm.register(owner, new Resource(), Resource::release);
    Gc.until(() -> resource.count() == 1);
    Thread thread = resource.releasedBy;
    Gc.await(() -> thread.getState() == Thread.State.WAITING);
    last.close();
    Gc.await(() -> !thread.isAlive());
    Reference.reachabilityFence(owner);
  }

  @Test
  void shouldDrainWhatWasHandedOver() throws Exception {
    List<Resource> all = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      Resource each = new Resource();
      all.add(each);
      realm.register(new Object(), each, Resource::release);
    }
    Gc.until(() -> all.stream().anyMatch(each -> each.count() > 0));
    Gc.until(
        () -> {
          try {
            return realm.drain(LONG) && realm.size() == 0;
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    all.forEach(each -> assertEquals(1, each.count()));
  }

  @ParameterizedTest
  @EnumSource
  void shouldSayWhenAnActionDrainsItsOwnRealm(Flavour flavour) throws Exception {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    try (CleanupRealm own = flavour.realm()) {
      own.registerUnchecked(
          new Object(),
          () -> thrown.set(assertThrows(IllegalStateException.class, () -> own.drain(LONG))));
      Gc.until(() -> thrown.get() != null);
      assertTrue(thrown.get().getMessage().contains("would wait"), thrown.get().getMessage());
      assertTrue(own.drain(LONG), "somebody else may");
    }
  }

  @Test
  void shouldFindNothingToDoWhenItLooksForAMoment() throws Exception {
    Gc.await(this::looksIdle);
  }

  private boolean looksIdle() {
    try {
      return realm.drain(Duration.ZERO);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Only who waits for no time at all gets a moment. */
  @Test
  void shouldWaitNoLongerThanItIsToldTo() throws Exception {
    Resource blocking = new Resource();
    realm.register(new Object(), blocking, Resource::block);
    Gc.until(() -> blocking.count() == 1);
    try {
      Gc.await(() -> nanosOfADrain() < 15_000_000); // one of many, as the machine may be busy
    } finally {
      blocking.gate.countDown();
    }
  }

  private long nanosOfADrain() {
    long start = System.nanoTime();
    try {
      assertFalse(realm.drain(Duration.ofMillis(1)));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return System.nanoTime() - start;
  }

  @Test
  void shouldBeInterruptedWhileItDrains() throws Exception {
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> realm.drain(LONG));
    assertTrue(realm.drain(LONG));
  }
}
