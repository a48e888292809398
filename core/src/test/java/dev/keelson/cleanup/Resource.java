/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A state that counts how often it was released. Other things an action might do are in here too.
 */
final class Resource implements LeakLabel {

  final AtomicInteger releases = new AtomicInteger();
  final CountDownLatch entered = new CountDownLatch(1);
  final CountDownLatch gate = new CountDownLatch(1);
  volatile Thread releasedBy;

  void release() {
    releasedBy = Thread.currentThread();
    releases.incrementAndGet();
  }

  void fail() {
    release();
    throw new IllegalStateException("no luck");
  }

  void block() {
    release();
    entered.countDown();
    boolean interrupted = false;
    while (true) {
      try {
        gate.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  void overflow() {
    release();
    recurse(0);
  }

  private static int recurse(int depth) {
    return depth < 0 ? 0 : recurse(depth + 1) + 1;
  }

  void runOutOfMemory() {
    release();
    throw new OutOfMemoryError("as if");
  }

  void interruptItself() {
    release();
    Thread.currentThread().interrupt();
  }

  int count() {
    return releases.get();
  }

  @Override
  public String leakLabel() {
    return "resource " + releases.get();
  }
}
