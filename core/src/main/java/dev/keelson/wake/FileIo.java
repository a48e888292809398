/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import javax.annotation.Nullable;

/** Reads and writes files in pieces, on threads that no interrupt of the caller's reaches. */
final class FileIo {

  private static final int PIECE_BYTES = 1 << 20;

  private final CancellableWait wait;

  /** Null while an operation that was given up has it. */
  private @Nullable ByteBuffer piece;

  FileIo(CancellableWait wait) {
    this.wait = wait;
  }

  /** What was read before it is cancelled is in the buffer. */
  int read(FileChannel channel, ByteBuffer target, long position, long nanos)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    int total = 0;
    while (target.hasRemaining()) {
      ByteBuffer part = piece(target.remaining());
      long at = position + total;
      Delegated operation = Delegated.start(() -> channel.read(part, at));
      piece = null; // it is the operation's until that is done
      wait.await(operation, nanos, start, "the read");
      int count = operation.result();
      piece = part;
      if (count < 0) {
        return total == 0 ? -1 : total;
      }
      target.put(part.flip());
      total += count;
    }
    return total;
  }

  /** What was written before it is cancelled the buffer's position tells. */
  int write(FileChannel channel, ByteBuffer source, long position, long nanos)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    int total = 0;
    while (source.hasRemaining()) {
      ByteBuffer part = piece(source.remaining());
      part.put(source.duplicate().limit(source.position() + part.remaining())).flip();
      long at = position + total;
      Delegated operation = Delegated.start(() -> channel.write(part, at));
      piece = part;
      boolean cancelled = true;
      try {
        wait.await(operation, nanos, start, "the write");
        cancelled = false;
      } finally {
        operation.join(); // a piece: what the file has then, the position says
        if (cancelled && !operation.failed()) {
          source.position(source.position() + operation.result());
        }
      }
      int count = operation.result();
      source.position(source.position() + count);
      total += count;
    }
    return total;
  }

  private ByteBuffer piece(int wanted) {
    ByteBuffer there = piece;
    if (there == null) {
      there = ByteBuffer.allocateDirect(Math.min(wanted, PIECE_BYTES));
    } else if (there.capacity() < Math.min(wanted, PIECE_BYTES)) {
      there = ByteBuffer.allocateDirect(PIECE_BYTES);
    }
    return there.clear().limit(Math.min(wanted, there.capacity()));
  }

  void close() {
    piece = null;
  }
}
