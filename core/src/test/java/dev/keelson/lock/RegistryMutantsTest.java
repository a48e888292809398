/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What keyed locks and scopes promise, asked of them and of some that break it. */
@Tag("process")
@Timeout(120)
class RegistryMutantsTest {

  // ---- keyed locks

  @Test
  void shouldKeepAKeysLockOneWhileItIsHeldAndForgetItsObject() throws Exception {
    assertEquals("", whatIsWrongWith(new LockRegistry()::keyed, 3_000));
  }

  @Test
  void shouldSeeAKeysLockThatGoesWithItsObject() throws Exception {
    Map<Object, WeakReference<ResettableLock>> locks = new ConcurrentHashMap<>();
    Function<Object, ResettableLock> forgetful =
        key -> {
          WeakReference<ResettableLock> known = locks.get(key);
          ResettableLock lock = known == null ? null : known.get();
          if (lock == null) {
            lock = new ResettableLock();
            locks.put(key, new WeakReference<>(lock));
          }
          return lock;
        };
    assertEquals("two threads are in", whatIsWrongWith(forgetful, 3_000));
  }

  @Test
  void shouldSeeAKeysLockThatStaysForEver() throws Exception {
    Map<Object, ResettableLock> locks = new ConcurrentHashMap<>();
    Function<Object, ResettableLock> hoarding =
        key -> locks.computeIfAbsent(key, any -> new ResettableLock());
    assertEquals("its object is kept", whatIsWrongWith(hoarding, 5));
  }

  private static String whatIsWrongWith(Function<Object, ResettableLock> keyed, int collections)
      throws Exception {
    keyed.apply("key").lock();
    WeakReference<ResettableLock> object = new WeakReference<>(keyed.apply("key"));
    for (int i = 0; object.get() != null; i++) {
      if (i == collections) {
        return "its object is kept";
      }
      System.gc();
      Thread.sleep(5);
    }
    FutureTask<Boolean> other = new FutureTask<>(() -> keyed.apply("key").tryLock());
    new Thread(other).start();
    if (other.get(30, TimeUnit.SECONDS)) {
      return "two threads are in";
    }
    keyed.apply("key").unlock();
    return "";
  }

  // ---- scopes

  /** What may be wrong with a scope. */
  enum Bug {
    NONE {
      @Override
      Runnable wrap(LockRegistry registry, Runnable task) {
        return registry.openScope("task").wrap(task);
      }
    },
    LOOKS_AT_NOTHING {
      @Override
      Runnable wrap(LockRegistry registry, Runnable task) {
        return task;
      }
    },
    RELEASES_NOTHING {
      @Override
      Runnable wrap(LockRegistry registry, Runnable task) {
        return registry.openScope("task", LockLeakPolicy.LOG).wrap(task);
      }
    },
    TELLS_NOTHING {
      @Override
      Runnable wrap(LockRegistry registry, Runnable task) {
        return registry.openScope("task", LockLeakPolicy.RELEASE).wrap(task);
      }
    },
    LOOKS_TOO_LATE {
      @Override
      Runnable wrap(LockRegistry registry, Runnable task) {
        return () -> {
          task.run();
          registry.openScope("task").wrap(() -> {}).run();
        };
      }
    },
    FORGETS_WHAT_WAS_HELD_BEFORE {
      @Override
      Runnable wrap(LockRegistry registry, Runnable task) {
        return () -> {
          try {
            registry.openScope("task").wrap(task).run();
          } finally {
            registry.resetAll(Force.YES, lock -> lock.isHeldByCurrentThread(), "too much");
          }
        };
      }
    };

    abstract Runnable wrap(LockRegistry registry, Runnable task);
  }

  @Test
  void shouldDealWithWhateverATaskLeaves() {
    assertEquals("", whatIsWrongWith(Bug.NONE, System.nanoTime()));
  }

  @ParameterizedTest
  @EnumSource(value = Bug.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void shouldSeeEachPlantedBug(Bug bug) {
    assertNotEquals("", whatIsWrongWith(bug, 1));
  }

  /** Random tasks on a thread that may hold something already, until one ends as it should not. */
  private static String whatIsWrongWith(Bug bug, long seed) {
    Random random = new Random(seed);
    for (int run = 0; run < 30; run++) {
      LockRegistry registry = new LockRegistry();
      List<ResettableLock> locks = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        locks.add(registry.lock("n" + i));
      }
      int[] before = takeSome(locks, random);
      int[] left = new int[locks.size()];
      Runnable task = () -> System.arraycopy(takeSome(locks, random), 0, left, 0, left.length);
      Set<String> told = new HashSet<>();
      try {
        bug.wrap(registry, task).run();
      } catch (LockLeakException e) {
        told.addAll(e.locks());
      }
      Set<String> expected = new HashSet<>();
      for (int i = 0; i < locks.size(); i++) {
        if (left[i] > 0) {
          expected.add("n" + i);
        }
        if (locks.get(i).getHoldCount() != before[i]) {
          return "n" + i + " is held " + locks.get(i).getHoldCount() + " times, not " + before[i];
        }
      }
      if (!told.equals(expected)) {
        return "left " + expected + ", told " + told;
      }
    }
    return "";
  }

  /** Up to two holds of each; how many is told. */
  private static int[] takeSome(List<ResettableLock> locks, Random random) {
    int[] taken = new int[locks.size()];
    for (int i = 0; i < taken.length; i++) {
      for (taken[i] = 0; taken[i] < random.nextInt(3); taken[i]++) {
        locks.get(i).lock();
      }
    }
    return taken;
  }
}
