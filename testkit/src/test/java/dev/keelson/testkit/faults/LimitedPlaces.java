/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import dev.keelson.testkit.Procs;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The places for processes and threads, of which there are only so many. */
final class LimitedPlaces {

  private static final int HIGHEST = 256;

  /** For what others of this JVM's may prevent. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

  private LimitedPlaces() {}

  /** Takes all places but these. They may not be there yet: a zombie has one until it is reaped. */
  static void leave(int free, Deque<Parked> parked) throws InterruptedException {
    LimitedJvm.await(LimitedJvm.LONG, () -> takeAll(parked) >= free);
    end(parked, free);
  }

  private static int takeAll(Deque<Parked> parked) {
    try {
      for (int i = 0; i < HIGHEST; i++) {
        parked.push(new Parked());
      }
      throw new IllegalStateException("there is no limit of " + HIGHEST);
    } catch (OutOfMemoryError full) {
      return parked.size();
    }
  }

  /** Gives places back. */
  static void end(Deque<Parked> parked, int count) throws InterruptedException {
    int before = threads();
    for (int i = 0; i < count; i++) {
      parked.pop().end();
    }
    // The kernel lets go of a thread later than join().
    LimitedJvm.await(PATIENCE, () -> threads() <= before - count);
  }

  private static int threads() {
    return Procs.status(LimitedJvm.self(), "Threads").map(Integer::valueOf).orElseThrow();
  }

  /** A thread, which counts as much as a process. */
  static final class Parked {
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread;

    Parked() {
      thread = new Thread(null, this::stay, "parked", 1 << 16);
      thread.setDaemon(true);
      thread.start();
    }

    private void stay() {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void end() throws InterruptedException {
      end.countDown();
      thread.join();
    }
  }
}
