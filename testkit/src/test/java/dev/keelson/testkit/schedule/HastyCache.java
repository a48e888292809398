/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.schedule;

import static org.junit.jupiter.api.Assertions.assertSame;

import dev.keelson.lock.ResettableLock;
import dev.keelson.testkit.Schedule;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.annotation.Nullable;

/**
 * A program's own code, without a point of its own: it looks under the lock, and stores under the
 * lock, and lets it go in between.
 */
final class HastyCache {

  private final ResettableLock lock = new ResettableLock();
  private final Map<String, Object> values = new HashMap<>();

  Object get(String key) {
    Object known = locked(() -> values.get(key));
    return known != null ? known : create(key); // should be under the same lock
  }

  Object getRightly(String key) {
    Object known = locked(() -> values.computeIfAbsent(key, k -> new Object()));
    return known == null ? key : known;
  }

  private Object create(String key) {
    Object created = new Object();
    locked(() -> values.put(key, created));
    return created;
  }

  private @Nullable Object locked(Supplier<Object> step) {
    lock.lock();
    try {
      return step.get();
    } finally {
      lock.unlock();
    }
  }

  static void wrong(Schedule schedule) {
    HastyCache cache = new HastyCache();
    play(schedule, () -> cache.get("key"));
  }

  static void right(Schedule schedule) {
    HastyCache cache = new HastyCache();
    play(schedule, () -> cache.getRightly("key"));
  }

  private static void play(Schedule schedule, Supplier<Object> get) {
    Object[] got = new Object[2];
    schedule.thread("one", () -> got[0] = get.get());
    schedule.thread("two", () -> got[1] = get.get());
    schedule.after(() -> assertSame(got[0], got[1], "two values for one key"));
  }
}
