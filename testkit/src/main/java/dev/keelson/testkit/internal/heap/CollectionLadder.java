/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Asks for collections until an object is gone or it is sure that it will not go, with stronger
 * means each time. A canary tells whether anything is collected at all.
 */
public final class CollectionLadder {

  /** What came of it. */
  public enum Outcome {
    COLLECTED,
    RETAINED,
    /** The VM collects nothing, not even the canary: nothing can be said. */
    REFUSED
  }

  private static final int BY_REQUEST = 3;
  private static final int BY_COMMAND = 2;

  private CollectionLadder() {}

  /** Collects until what a reference refers to is gone, or the steps are used up. */
  public static Outcome climb(WeakReference<?> reference) {
    WeakReference<Object> canary = canary();
    for (int step = 0; step < BY_REQUEST + BY_COMMAND; step++) {
      if (step < BY_REQUEST) {
        System.gc();
      } else {
        command();
      }
      // The collector clears references during the collection, or a concurrent one soon after.
      for (long pause = 0; pause <= 16; pause = Math.max(1, pause * 2)) {
        if (reference.refersTo(null)) {
          return Outcome.COLLECTED;
        }
        if (step == 0 && pause > 0) {
          break; // first ask again
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause));
      }
    }
    return canary.refersTo(null) ? Outcome.RETAINED : Outcome.REFUSED;
  }

  /** In a method of its own, so that no slot of the caller's frame holds it. */
  private static WeakReference<Object> canary() {
    return new WeakReference<>(new Object());
  }

  /** Works also where {@code System.gc} is disabled. */
  private static void command() {
    try {
      ManagementFactory.getPlatformMBeanServer()
          .invoke(
              new ObjectName("com.sun.management:type=DiagnosticCommand"),
              "gcRun",
              new Object[0],
              new String[0]);
    } catch (JMException | RuntimeException e) {
      System.gc(); // not this VM's way
    }
  }
}
