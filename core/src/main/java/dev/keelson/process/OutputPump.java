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

  private final Output output;
  private final ReadEnd end;
  private final Charset charset;
  private final Output.Owner owner;
  private final ReentrantLock lock = new ReentrantLock();

  /** The thread that may be interrupted: only while it runs this pump. */
  @GuardedBy("lock")
  private @Nullable Thread running;

  @GuardedBy("lock")
  private boolean abandoned;

  OutputPump(Output output, ReadEnd end, Charset charset, Output.Owner owner) {
    this.output = output;
    this.end = end;
    this.charset = charset;
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
      owner.ended(output, end.sawEndOfFile(), failure);
    }
  }

  /**
   * Returns what failed first, be it of a kind that the compiler knows nothing of: other languages
   * throw what they like.
   */
  private @Nullable Throwable carry() {
    Throwable failure = null;
    try (end) {
      Sinks sinks = output.openSinks(charset);
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
      owner.handingOn(1);
      try {
        sinks.write(buffer, count);
      } finally {
        owner.progressed();
        owner.handingOn(-1);
      }
      if (output.overLimit()) {
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
