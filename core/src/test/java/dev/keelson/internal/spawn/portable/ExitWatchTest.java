/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

  /** One that has ended, of which only a look tells. */
  private static final class SilentProcess extends Process {
    @Override
    public boolean isAlive() {
      return false;
    }

    @Override
    public CompletableFuture<Process> onExit() {
      return new CompletableFuture<>();
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
