/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.internal.linux.Kernels;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Wakers of every kind, and threads that wait on them. */
final class Wakers implements AutoCloseable {

  private final List<Waker> all = new ArrayList<>();
  private final Selector selector;

  Wakers() throws IOException {
    selector = Selector.open();
    all.add(Waker.create());
    all.add(Waker.on(selector));
    if (hasDescriptors()) {
      all.add(Waker.onDescriptor());
    }
  }

  static boolean hasDescriptors() {
    return Kernels.whyNot().isEmpty();
  }

  List<Waker> all() {
    return all;
  }

  @Override
  public void close() throws IOException {
    all.forEach(Waker::close);
    selector.close();
  }

  /** Something done by another thread, whose failure is told. */
  static <T> FutureTask<T> other(Callable<T> task) {
    FutureTask<T> future = new FutureTask<>(task);
    Thread thread = new Thread(future, "other");
    thread.setDaemon(true);
    thread.start();
    return future;
  }

  static void untilAwaited(Waker waker) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (!waker.toString().contains("awaited")) {
      assertTrue(System.nanoTime() - deadline < 0, "nobody waits on " + waker);
      Thread.onSpinWait();
    }
    LockSupport.parkNanos(2_000_000); // and, most likely, asleep
  }

  static <T> T get(FutureTask<T> future) throws Exception {
    return future.get(40, TimeUnit.SECONDS);
  }
}
