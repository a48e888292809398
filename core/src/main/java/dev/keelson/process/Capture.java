/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/**
 * Keeps what a child writes, in memory that is bounded: everything up to a limit, and beyond it
 * either nothing more or the first and the last half. Safe for use by multiple threads.
 */
final class Capture {

  private static final int FIRST_BYTES = 4096;
  private static final byte[] NOTHING = new byte[0];

  private final int limit;
  private final int head;
  private final int tail;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private byte[] kept = NOTHING;

  @GuardedBy("lock")
  private int keptBytes;

  /** A ring of the last {@code tail} bytes, once more than {@code limit} have come. */
  @GuardedBy("lock")
  private @Nullable byte[] ring;

  @GuardedBy("lock")
  private long total;

  private Capture(long limit, long head, long tail) {
    this.limit = saturated(limit);
    this.head = saturated(head);
    this.tail = saturated(tail);
  }

  /** Arrays end a little below {@code Integer.MAX_VALUE}. */
  private static int saturated(long bytes) {
    return (int) Math.min(bytes, Integer.MAX_VALUE - 64);
  }

  /**
   * Keeps everything up to {@code limit}, and beyond it the first and the last {@code half} bytes,
   * as far as both fit into one array.
   */
  static Capture withHole(long limit, long half) {
    long most = Math.min(half, saturated(limit) / 2);
    return new Capture(limit, most, most);
  }

  /** Keeps everything up to {@code limit}, and no more. */
  static Capture upTo(long limit) {
    return new Capture(limit, limit, 0);
  }

  /** Takes the bytes; returns whether everything so far is within the limit. */
  boolean add(ByteBuffer bytes) {
    lock.lock();
    try {
      total += bytes.remaining();
      if (ring == null) {
        int fits = Math.min(bytes.remaining(), limit - keptBytes);
        ensureRoom(fits);
        bytes.get(kept, keptBytes, fits);
        keptBytes += fits;
        if (!bytes.hasRemaining()) {
          return true;
        }
        ring = openHole();
      }
      addToRing(bytes, ring);
      return false;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void ensureRoom(int more) {
    int needed = keptBytes + more;
    if (needed > kept.length) {
      int size = Math.max(FIRST_BYTES, (int) Math.min(limit, Math.max(needed, kept.length * 2L)));
      byte[] larger = new byte[size];
      System.arraycopy(kept, 0, larger, 0, keptBytes);
      kept = larger;
    }
  }

  /** What is kept beyond the head so far becomes the beginning of the ring. */
  @GuardedBy("lock")
  private byte[] openHole() {
    byte[] opened = new byte[tail];
    if (tail > 0) {
      int from = Math.max(0, keptBytes - tail);
      for (int i = from; i < keptBytes; i++) {
        opened[i % tail] = kept[i];
      }
    }
    keptBytes = Math.min(keptBytes, head);
    return opened;
  }

  @GuardedBy("lock")
  private void addToRing(ByteBuffer bytes, byte[] target) {
    if (tail == 0) {
      bytes.position(bytes.limit());
      return;
    }
    long position = total - bytes.remaining();
    if (bytes.remaining() > tail) {
      position += bytes.remaining() - tail;
      bytes.position(bytes.limit() - tail);
    }
    while (bytes.hasRemaining()) {
      int at = (int) (position % tail);
      int count = Math.min(bytes.remaining(), tail - at);
      bytes.get(target, at, count);
      position += count;
    }
  }

  /** Whether something was left out. */
  boolean truncated() {
    lock.lock();
    try {
      return ring != null;
    } finally {
      lock.unlock();
    }
  }

  /** What was kept, as a new array. */
  byte[] bytes() {
    lock.lock();
    try {
      byte[] last = ring;
      if (last == null || tail == 0) {
        return Arrays.copyOf(kept, keptBytes);
      }
      byte[] all = Arrays.copyOf(kept, keptBytes + tail);
      int oldest = (int) (total % tail);
      System.arraycopy(last, oldest, all, keptBytes, tail - oldest);
      System.arraycopy(last, 0, all, keptBytes + tail - oldest, oldest);
      return all;
    } finally {
      lock.unlock();
    }
  }
}
