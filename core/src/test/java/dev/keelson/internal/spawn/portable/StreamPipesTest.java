/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.internal.spawn.ChunkSink;
import dev.keelson.internal.spawn.Stdio;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The JDK's streams where there is no thread or no memory for them; no process takes part. */
@Timeout(120)
class StreamPipesTest {

  private static final long PATIENCE_SECONDS = 30;

  /** What a process writes that never ends, once it may begin. */
  private static final class Flood extends InputStream {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public int read() {
      return 0;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        begun.await();
      } catch (InterruptedException e) {
        throw new InterruptedIOException();
      }
      return length;
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  /** For the reader of its second output there is no thread. */
  private static final class Starved extends Process {
    private final InputStream output;

    Starved(InputStream output) {
      this.output = output;
    }

    @Override
    public InputStream getInputStream() {
      return output;
    }

    @Override
    public InputStream getErrorStream() {
      throw new OutOfMemoryError("unable to create native thread");
    }

    @Override
    public OutputStream getOutputStream() {
      return OutputStream.nullOutputStream();
    }

    @Override
    public int waitFor() {
      return 0;
    }

    @Override
    public int exitValue() {
      return 0;
    }

    @Override
    public void destroy() {
      // there is none
    }
  }

  /** It waited for room in its buffer for ever. */
  @Test
  void shouldLetTheReaderOfOneOutputGoWhenThereIsNoneForTheOther() throws Exception {
    Flood output = new Flood();
    output.begun.countDown();
    PipeSource.Wiring wiring = new StreamPipes().wire();
    assertEquals(Redirect.PIPE, wiring.output(Stdio.PIPE, false));
    assertEquals(Redirect.PIPE, wiring.output(Stdio.PIPE, true));
    assertThrows(OutOfMemoryError.class, () -> wiring.started(new Starved(output)));

    wiring.abandon();

    assertTrue(output.closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "its reader waits");
  }

  /** It ended as if nothing had failed. */
  @Test
  void shouldTellOfAFailureWhenThereIsNoRoomForTheOutput() throws Exception {
    Flood output = new Flood();
    OutOfMemoryError none = new OutOfMemoryError("injected");
    CompletableFuture<Boolean> told = new CompletableFuture<>();
    PumpedReadEnd end = new PumpedReadEnd(output);
    end.drainTo(
        new ChunkSink() {
          @Override
          public void chunk(ByteBuffer bytes) {
            throw none;
          }

          @Override
          public void end(boolean complete, @Nullable IOException failure) {
            if (failure == null) {
              told.complete(complete);
            } else {
              told.completeExceptionally(failure);
            }
          }
        });
    output.begun.countDown();

    Throwable failure =
        assertThrows(ExecutionException.class, () -> told.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
            .getCause();
    assertInstanceOf(IOException.class, failure);
    assertEquals(none, failure.getCause());
    assertFalse(end.sawEndOfFile());
  }
}
