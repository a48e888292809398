/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.cleanup;

import dev.keelson.cleanup.CleanupRealm;
import dev.keelson.cleanup.LeakLevel;
import dev.keelson.cleanup.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Under some collector: owners that die, that are closed, and that live. */
final class MatrixMain {

  private static final int OWNERS = 3_000;

  private MatrixMain() {}

  public static void main(String[] args) throws Exception {
    CleanupRealm realm = CleanupRealm.builder().name("matrix").leakLevel(LeakLevel.OFF).build();
    AtomicInteger dead = new AtomicInteger();
    AtomicInteger closed = new AtomicInteger();
    AtomicInteger living = new AtomicInteger();
    List<Object> held = new ArrayList<>();
    List<Registration<AtomicInteger>> handles = new ArrayList<>();
    for (int i = 0; i < OWNERS; i++) {
      realm.register(new Object(), dead, AtomicInteger::incrementAndGet);
      handles.add(realm.register(new Object(), closed, AtomicInteger::incrementAndGet));
      Object owner = new Object();
      held.add(owner);
      realm.register(owner, living, AtomicInteger::incrementAndGet);
      if (i % 2 == 0) {
        handles.get(i).close();
      }
    }
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while ((dead.get() < OWNERS || closed.get() < OWNERS) && System.nanoTime() - end < 0) {
      System.gc();
      realm.drain(Duration.ofSeconds(1));
    }
    int late = 0;
    for (Registration<AtomicInteger> handle : handles) {
      late += handle.clean() ? 1 : 0;
    }
    String before = dead + " " + closed + " " + living + " " + late + " " + realm.size();
    realm.close();
    System.out.println(">" + before + " " + living + " of " + held.size());
  }
}
