/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import javax.annotation.Nullable;

/**
 * A pipe in memory, as large as Linux's: who writes into a full one waits, who reads from an empty
 * one waits until the last writer is gone. Everything is guarded by the clock's lock.
 */
final class FakePipe implements Channel {

  private static final int CAPACITY = 64 * 1024;

  private final VirtualClock clock;
  private final @Nullable ByteArrayOutputStream history;
  private final byte[] ring = new byte[CAPACITY];
  private int head;
  private int size;
  private int writers;
  private int readers;
  private boolean cut;
  private Runnable onChange = () -> {};

  /**
   * An empty one.
   *
   * @param remembers whether {@link #history} is wanted
   */
  FakePipe(VirtualClock clock, int readers, boolean remembers) {
    this.readers = readers;
    this.clock = clock;
    history = remembers ? new ByteArrayOutputStream() : null;
  }

  /** Told, under the lock, of every change, for a reader that is no thread. */
  void onChange(Runnable action) {
    onChange = action;
    changed();
  }

  private void changed() {
    clock.changed();
    onChange.run();
  }

  // Writing

  @Override
  public void addWriter() {
    clock.lock();
    try {
      writers++;
    } finally {
      clock.unlock();
    }
  }

  @Override
  public void removeWriter() {
    clock.lock();
    try {
      writers--;
      changed();
    } finally {
      clock.unlock();
    }
  }

  /** Takes what fits now; -1 where nobody reads any more. */
  int offer(byte[] source, int offset, int length) {
    clock.lock();
    try {
      if (isBroken()) {
        return -1;
      }
      int taken = Math.min(length, CAPACITY - size);
      for (int i = 0; i < taken; i++) {
        ring[(head + size + i) % CAPACITY] = source[offset + i];
      }
      size += taken;
      if (history != null) {
        history.write(source, offset, taken);
      }
      if (taken > 0) {
        changed();
      }
      return taken;
    } finally {
      clock.unlock();
    }
  }

  @Override
  public boolean write(byte[] source, int offset, int length, Blocker blocker) {
    for (int done = 0; done < length; ) {
      int taken = offer(source, offset + done, length - done);
      if (taken < 0) {
        return false;
      }
      done += taken;
      if (done < length) {
        blocker.until(this::isWritable);
      }
    }
    return true;
  }

  boolean isWritable() {
    return size < CAPACITY || isBroken();
  }

  private boolean isBroken() {
    return readers == 0 || cut;
  }

  // Reading

  boolean isReadable() {
    return size > 0 || isAtEnd();
  }

  boolean isAtEnd() {
    return size == 0 && (writers == 0 || cut);
  }

  /** Whether the last writer is gone, and with it the last byte. */
  boolean isEndOfFile() {
    return size == 0 && writers == 0;
  }

  int available() {
    return size;
  }

  /** Takes what is there, perhaps nothing. */
  int take(byte[] target, int offset, int length) {
    clock.lock();
    try {
      int taken = Math.min(length, size);
      for (int i = 0; i < taken; i++) {
        target[offset + i] = ring[(head + i) % CAPACITY];
      }
      head = (head + taken) % CAPACITY;
      size -= taken;
      if (taken > 0) {
        changed();
      }
      return taken;
    } finally {
      clock.unlock();
    }
  }

  @Override
  public int read(byte[] target, int offset, int length, Blocker blocker) {
    if (length == 0) {
      return 0;
    }
    blocker.until(this::isReadable);
    int taken = take(target, offset, length);
    return taken == 0 ? -1 : taken;
  }

  /** What is in it can be read, and nothing is added any more. */
  void cut() {
    clock.lock();
    try {
      cut = true;
      changed();
    } finally {
      clock.unlock();
    }
  }

  @Override
  public void removeReader() {
    clock.lock();
    try {
      readers = Math.max(readers - 1, 0);
      if (readers == 0) {
        size = 0;
      }
      changed();
    } finally {
      clock.unlock();
    }
  }

  @Override
  public void addReader() {
    clock.lock();
    try {
      readers++;
    } finally {
      clock.unlock();
    }
  }

  /** Everything that was ever written, if it remembers. */
  byte[] history() {
    clock.lock();
    try {
      return history == null ? new byte[0] : history.toByteArray();
    } finally {
      clock.unlock();
    }
  }

  VirtualClock clock() {
    return clock;
  }

  /** Waits in the manner of whoever reads or writes. */
  interface Blocker {
    void until(BooleanSupplier over);
  }

  static IOException broken() {
    return new IOException("Broken pipe");
  }
}
