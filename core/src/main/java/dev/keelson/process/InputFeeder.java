/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.spawn.BrokenEndException;
import dev.keelson.internal.spawn.WriteEnd;
import dev.keelson.internal.threads.Time;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/**
 * Gives a child the input that its command has for it. What fits into the pipe is written at once;
 * a thread is used only for the rest, or for a stream. A child that stops reading ends the feeding,
 * and that is no failure.
 */
final class InputFeeder {

  private static final int BUFFER_BYTES = 64 * 1024;

  private final Time time;
  private final WriteEnd end;
  private final Consumer<Throwable> onFailure;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private @Nullable Thread running;

  /** Set before the feeding thread is interrupted. */
  private volatile boolean abandoned;

  /**
   * A feeder that has not begun.
   *
   * @param onFailure told, on the feeding thread, if the user's stream or our own end fails
   */
  InputFeeder(Time time, WriteEnd end, Consumer<Throwable> onFailure) {
    this.time = time;
    this.end = end;
    this.onFailure = onFailure;
  }

  /** Begins to feed what the command has; a pipe, a file or nothing is not for a feeder. */
  void feed(InputSource source, Charset charset) {
    if (source instanceof InputSource.FromBytes bytes) {
      feed(bytes.bytes());
    } else if (source instanceof InputSource.FromText text) {
      feed(text.encode(charset));
    } else if (source instanceof InputSource.FromStream stream) {
      time.execute(() -> feedStream(stream.supplier()));
    }
  }

  private void feed(byte[] bytes) {
    int taken;
    try {
      taken = end.offer(bytes, 0, bytes.length);
    } catch (BrokenEndException e) {
      onFailure.accept(e);
      return;
    } catch (IOException childDoesNotRead) {
      end.close();
      return;
    }
    if (taken == bytes.length) {
      end.close();
    } else {
      time.execute(() -> feedRest(bytes, taken));
    }
  }

  private void feedRest(byte[] bytes, int from) {
    try {
      end.write(bytes, from, bytes.length - from);
    } catch (BrokenEndException e) {
      onFailure.accept(e);
      return;
    } catch (IOException childDoesNotRead) {
      // It ended, or closed its input: the rest is dropped.
    }
    end.close();
  }

  /**
   * If the user's stream fails, or our end does, the pipe stays open until the child is gone: it
   * must not take half of its input for the whole.
   */
  private void feedStream(Supplier<? extends InputStream> supplier) {
    setRunning(Thread.currentThread());
    Throwable failure = null;
    try {
      try (InputStream stream =
          requireNonNull(supplier.get(), "the supplier given to Stdin.stream")) {
        copy(stream);
      }
      end.close();
    } catch (Throwable e) { // other languages throw what they like
      failure = e;
    } finally {
      setRunning(null);
    }
    // A stream that still waited when the child ended was interrupted, and says so: too late.
    if (failure != null && !abandoned) {
      onFailure.accept(failure);
    }
  }

  private void copy(InputStream stream) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
      if (!write(buffer, count)) {
        return;
      }
    }
  }

  private boolean write(byte[] buffer, int count) throws BrokenEndException {
    try {
      end.write(buffer, 0, count);
      return true;
    } catch (BrokenEndException e) {
      throw e;
    } catch (IOException childDoesNotRead) {
      return false;
    }
  }

  private void setRunning(@Nullable Thread thread) {
    lock.lock();
    try {
      running = thread;
      if (thread != null && abandoned) {
        thread.interrupt(); // the child was gone before the stream was asked for
      }
      if (thread == null) {
        Thread.interrupted(); // an abandoning interrupt that came last is not the next task's
      }
    } finally {
      lock.unlock();
    }
  }

  /** Stops: the child is gone. A stream that blocks is interrupted and left to itself. */
  void abandon() {
    abandoned = true;
    end.close();
    lock.lock();
    try {
      if (running != null) {
        running.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }
}
