/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.WriteEnd;
import dev.keelson.internal.threads.Daemons;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/**
 * A pipe between two children where the system gives us only streams: a thread copies from one to
 * the other.
 */
final class StreamLink implements Link {

  private static final int BUFFER_BYTES = 16 * 1024;

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private @Nullable ReadEnd from;

  @GuardedBy("lock")
  private @Nullable WriteEnd to;

  @GuardedBy("lock")
  private boolean copying;

  void from(ReadEnd end) {
    lock.lock();
    try {
      from = end;
      startIfComplete();
    } finally {
      lock.unlock();
    }
  }

  void to(WriteEnd end) {
    lock.lock();
    try {
      to = end;
      startIfComplete();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void startIfComplete() {
    ReadEnd source = from;
    WriteEnd target = to;
    if (source != null && target != null) {
      Daemons.workers().execute(() -> copy(source, target));
      copying = true; // now: if no thread can be had, close() still closes them
    }
  }

  private static void copy(ReadEnd source, WriteEnd target) {
    try (source;
        target) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = source.read(buffer, 0, buffer.length);
          count >= 0;
          count = source.read(buffer, 0, buffer.length)) {
        target.write(buffer, 0, count);
      }
    } catch (IOException oneOfThemIsGone) {
      // As with a real pipe: the writer meets a closed pipe, the reader an end of file.
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (!copying) {
        if (from != null) {
          from.close();
        }
        if (to != null) {
          to.close();
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
