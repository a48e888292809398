/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.ReadEnd;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/**
 * Carries one output of a child to the user's sinks, on a worker thread of its own, at the pace of
 * the slowest of them.
 *
 * <p>It can be abandoned: then its thread is interrupted, once, if it is still at it, and what
 * becomes of it no longer matters.
 */
final class OutputPump implements Runnable {

  private static final int BUFFER_BYTES = 64 * 1024;

  private final ReadEnd end;
  private final OutputTarget target;
  private final @Nullable Capture capture;
  private final Charset charset;
  private final boolean error;
  private final Owner owner;
  private final ReentrantLock lock = new ReentrantLock();

  /** The thread that may be interrupted: only while it runs this pump. */
  @GuardedBy("lock")
  private @Nullable Thread running;

  @GuardedBy("lock")
  private boolean abandoned;

  /** What the pump tells of its way; called on its thread. */
  interface Owner {
    /** Some bytes came. */
    void progressed();

    /** More was captured than allowed. */
    void limitExceeded();

    /**
     * It is over: the end of file was seen or not, and this is what failed, if anything did. Called
     * once.
     */
    void ended(boolean complete, @Nullable Throwable failure);
  }

  OutputPump(
      ReadEnd end,
      OutputTarget target,
      @Nullable Capture capture,
      Charset charset,
      boolean error,
      Owner owner) {
    this.end = end;
    this.target = target;
    this.capture = capture;
    this.charset = charset;
    this.error = error;
    this.owner = owner;
  }

  @Override
  public void run() {
    setRunning(Thread.currentThread());
    Throwable failure = null;
    try {
      failure = carry();
    } finally {
      setRunning(null);
      owner.ended(end.sawEndOfFile(), failure);
    }
  }

  /**
   * Returns what failed first, be it of a kind that the compiler knows nothing of: other languages
   * throw what they like.
   */
  private @Nullable Throwable carry() {
    Throwable failure = null;
    try (end) {
      Sinks sinks = Sinks.open(target, capture, charset, error);
      try {
        copy(sinks);
      } catch (Throwable e) {
        failure = e;
      }
      sinks.close(failure);
    } catch (Throwable e) {
      failure = e;
    }
    return failure;
  }

  private void copy(Sinks sinks) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int count = end.read(buffer, 0, buffer.length);
        count >= 0;
        count = end.read(buffer, 0, buffer.length)) {
      owner.progressed();
      sinks.write(buffer, count);
      if (capture != null && capture.truncated()) {
        owner.limitExceeded();
      }
    }
  }

  private void setRunning(@Nullable Thread thread) {
    lock.lock();
    try {
      running = thread;
      if (thread != null && abandoned) {
        thread.interrupt(); // given up before it began
      }
      if (thread == null) {
        Thread.interrupted(); // an abandoning interrupt that came last is not the next task's
      }
    } finally {
      lock.unlock();
    }
  }

  /** Gives up on the sinks. Idempotent. */
  void abandon() {
    end.close();
    lock.lock();
    try {
      if (running != null && !abandoned) {
        running.interrupt();
      }
      abandoned = true;
    } finally {
      lock.unlock();
    }
  }
}
