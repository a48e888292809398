/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.annotation.Nullable;

/**
 * A number for each thread that no other thread has, while it lives or after: {@link Thread#getId}
 * where that can be believed. Safe for use by multiple threads.
 *
 * <p>{@code getId} may be overridden, and then says anything; a thread of such a class is given a
 * number of ours, out of a range that the JVM would reach after two years of making a million
 * threads a second. HotSpot never gives an id twice.
 */
final class ThreadIds {

  private static final long ISSUED = 1L << 46;

  private static final ClassValue<Boolean> BELIEVED =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          try {
            return type.getMethod("getId").getDeclaringClass() == Thread.class;
          } catch (NoSuchMethodException e) {
            return false;
          }
        }
      };

  /**
   * The class of the JDK's believed last, so that virtual threads and workers of pools are quick,
   * too. One of a program's would keep its class loader alive.
   */
  private static Class<?> lastBelieved = Thread.class; // any value ever written is right

  private static final AtomicLong NEXT = new AtomicLong(ISSUED);
  private static final ConcurrentMap<Key, Long> OURS = new ConcurrentHashMap<>();
  private static final ReferenceQueue<Thread> COLLECTED = new ReferenceQueue<>();

  private ThreadIds() {}

  static long of(Thread thread) {
    Class<?> type = thread.getClass();
    return type == Thread.class || type == lastBelieved || isBelieved(type)
        ? thread.getId()
        : ours(thread);
  }

  private static boolean isBelieved(Class<?> type) {
    if (!BELIEVED.get(type)) {
      return false;
    }
    if (type.getModule() == Thread.class.getModule()) {
      lastBelieved = type;
    }
    return true;
  }

  private static long ours(Thread thread) {
    Long known = OURS.get(new Key(thread, null));
    if (known != null) {
      return known;
    }
    for (Reference<?> gone = COLLECTED.poll(); gone != null; gone = COLLECTED.poll()) {
      OURS.remove(gone);
    }
    return OURS.computeIfAbsent(new Key(thread, COLLECTED), key -> NEXT.incrementAndGet());
  }

  /** By identity: such a class may override {@code equals} as well. */
  private static final class Key extends WeakReference<Thread> {
    private final int hash;

    Key(Thread thread, @Nullable ReferenceQueue<Thread> queue) {
      super(thread, queue);
      hash = System.identityHashCode(thread);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other || (other instanceof Key key && get() != null && get() == key.get());
    }
  }
}
