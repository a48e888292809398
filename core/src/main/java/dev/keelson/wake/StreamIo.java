/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/**
 * Reads and writes streams that an interrupt does not harm, on threads that are interrupted when
 * the operation is cancelled, or the wait for it fails: none goes on that nobody waits for. An
 * operation that was done at that moment is reported as done.
 */
final class StreamIo {

  private StreamIo() {}

  static void check(Object stream) {
    if (!(requireNonNull(stream, "stream") instanceof InterruptibleStream)) {
      throw new IllegalArgumentException(
          "stream is a "
              + stream.getClass().getName()
              + ", which cannot be interrupted without harm; use a stream of a Child of Keelson's");
    }
  }

  static int read(
      CancellableWait wait, InputStream stream, byte[] target, int offset, int length, long nanos)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    Delegated operation = Delegated.start(() -> stream.read(target, offset, length));
    try {
      wait.await(operation, nanos, start, "the read");
    } catch (IoCancelledException | InterruptedException | RuntimeException | Error e) {
      operation.interrupt();
      operation.join();
      if (operation.failed()) {
        throw e;
      }
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt(); // for the next one: this one has bytes to return
      }
    }
    return operation.result();
  }

  static void write(
      CancellableWait wait, OutputStream stream, byte[] source, int offset, int length, long nanos)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    Delegated operation =
        Delegated.start(
            () -> {
              stream.write(source, offset, length);
              return length;
            });
    try {
      wait.await(operation, nanos, start, "the write");
    } catch (IoCancelledException | InterruptedException | RuntimeException | Error e) {
      operation.interrupt();
      operation.join();
      try {
        operation.result();
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt(); // for the next one: this one is done
        }
        return;
      } catch (InterruptedIOException partly) {
        if (e instanceof IoCancelledException cancelled) {
          cancelled.bytesTransferred = partly.bytesTransferred;
        }
        throw e;
      }
    }
    operation.result();
  }
}
