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

  /** What is not gone after so many is held, if the canary is gone. */
  private static final int ENOUGH = 3;

  private static final int MOST = 5;

  private CollectionLadder() {}

  /** Collects until what a reference refers to is gone, or the steps are used up. */
  public static Outcome climb(WeakReference<?> reference) {
    WeakReference<Object> canary = canary();
    for (int step = 1; step <= (canary.refersTo(null) ? ENOUGH : MOST); step++) {
      if (step == 1) {
        System.gc();
      } else {
        command();
      }
      if (reference.refersTo(null)) {
        return Outcome.COLLECTED;
      }
      // A concurrent collector clears references soon after, and what a collection has set going,
      // such as a cleanup, may let go of more. But first ask again.
      for (long pause = 1; pause <= 32 && step > 1; pause *= 2) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause));
        if (reference.refersTo(null)) {
          return Outcome.COLLECTED;
        }
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
