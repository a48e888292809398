/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/**
 * The {@link IoLoop}, started by whoever needs it first. A failed start is tried again by the next
 * one.
 */
final class LazyLoop {

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private @Nullable IoLoop loop;

  IoLoop get() throws IOException {
    lock.lock();
    try {
      IoLoop running = loop;
      if (running == null) {
        loop = running = IoLoop.start();
      }
      return running;
    } finally {
      lock.unlock();
    }
  }
}
