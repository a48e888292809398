/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("process")
@Timeout(120)
class ExitWatchTest {

  private static final long PATIENCE_SECONDS = 30;

  /** Nobody was looked for any more, for as long as the JVM lived. */
  @Test
  void shouldGoOnLookingWhenWhatWasToFollowAnExitFails() throws Exception {
    CountDownLatch failing = new CountDownLatch(1);
    CountDownLatch next = new CountDownLatch(1);
    ExitWatch.watch(
        new SilentProcess(),
        () -> {
          failing.countDown();
          throw new IllegalStateException("planted");
        });
    assertTrue(failing.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
    ExitWatch.watch(new SilentProcess(), next::countDown);
    assertTrue(next.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "nobody looks any more");
  }

  /** The exit was lost: whoever was told looked, and saw a process that was alive. */
  @Test
  void shouldTellWhenTheEndIsNotedWhereNoThreadCouldBeHadToTellOfIt() throws Exception {
    SilentProcess process = new SilentProcess();
    process.alive = true;
    CountDownLatch told = new CountDownLatch(1);
    AtomicBoolean early = new AtomicBoolean();
    ExitWatch.watch(
        process,
        () -> {
          early.set(process.alive);
          told.countDown();
        });
    process.exit.completeExceptionally(new OutOfMemoryError("planted"));
    process.alive = false; // as the JDK's reaper does it, in that order
    assertTrue(told.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
    assertFalse(early.get(), "told of an end that could not be seen yet");
  }

  /** One that only a look tells of, unless its future is completed. */
  private static final class SilentProcess extends Process {
    final CompletableFuture<Process> exit = new CompletableFuture<>();
    volatile boolean alive;

    @Override
    public boolean isAlive() {
      return alive;
    }

    @Override
    public CompletableFuture<Process> onExit() {
      return exit;
    }

    @Override
    public OutputStream getOutputStream() {
      throw new UnsupportedOperationException();
    }

    @Override
    public InputStream getInputStream() {
      throw new UnsupportedOperationException();
    }

    @Override
    public InputStream getErrorStream() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int waitFor() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int exitValue() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void destroy() {
      throw new UnsupportedOperationException();
    }
  }
}
