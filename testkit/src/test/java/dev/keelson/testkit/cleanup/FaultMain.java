/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.cleanup;

import dev.keelson.cleanup.CleanupRealm;
import dev.keelson.cleanup.LeakLevel;
import dev.keelson.cleanup.Registration;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** With a small heap: actions that use up the memory or the stack, on either thread. */
final class FaultMain {

  private static final int OWNERS = 400;

  /** What an action may do; it counts itself before. */
  record Fault(int number, AtomicInteger runs, AtomicInteger ended) {
    void happen() {
      runs.incrementAndGet();
      try {
        switch (number % 4) {
          case 0 -> useUpMemory();
          case 1 -> recurse(0);
          default -> {
            // all is well
          }
        }
      } finally {
        ended.incrementAndGet();
      }
    }

    private static void useUpMemory() {
      List<long[]> all = new ArrayList<>();
      while (true) {
        all.add(new long[all.size() * 1_000 + 1_000]);
      }
    }

    private static int recurse(int depth) {
      return depth < 0 ? 0 : recurse(depth + 1) + 1;
    }
  }

  private FaultMain() {}

  public static void main(String[] args) throws Exception {
    CleanupRealm realm =
        CleanupRealm.builder().name("faults").leakLevel(LeakLevel.ADVANCED).build();
    Object owner = new Object();
    AtomicInteger collected = new AtomicInteger();
    AtomicInteger closed = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    List<Object> mortal = new ArrayList<>(); // or this thread would be short of memory, too
    List<Registration<Fault>> handles = new ArrayList<>();
    for (int i = 0; i < OWNERS; i++) {
      mortal.add(new Object());
      realm.register(mortal.get(i), new Fault(i, collected, ended), Fault::happen);
      handles.add(realm.register(owner, new Fault(i, closed, new AtomicInteger()), Fault::happen));
    }
    int failures = 0;
    for (Registration<Fault> each : handles) {
      try {
        each.close();
      } catch (OutOfMemoryError | StackOverflowError e) {
        failures++;
      }
    }
    Reference.reachabilityFence(mortal);
    mortal.clear();
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (ended.get() < OWNERS && System.nanoTime() - end < 0) {
      System.gc();
      Thread.sleep(5);
    }
    boolean drained = realm.drain(Duration.ofSeconds(30));
    Reference.reachabilityFence(owner);
    System.out.println(
        ">" + collected + " " + closed + " " + failures + " " + realm.size() + " " + drained);
  }
}
