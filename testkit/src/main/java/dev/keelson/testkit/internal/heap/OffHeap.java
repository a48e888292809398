/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Memory that is not taken from the Java heap, which is as full as it is where a leak is looked
 * for. It is given back when nobody refers to it any more.
 *
 * <p>A JVM has as much direct memory as heap, unless it was told otherwise, and a heap of many
 * small objects needs more than that. The rest is mapped: a file that is deleted at once.
 */
final class OffHeap {

  /** Remembered, since a JVM that has no more collects and waits half a second each time. */
  private static volatile boolean exhausted;

  private OffHeap() {}

  /**
   * So many bytes, all zero.
   *
   * @throws UncheckedIOException if there is no room in the temporary folder either
   */
  static ByteBuffer zeros(int bytes) {
    if (!exhausted) {
      try {
        return ByteBuffer.allocateDirect(bytes);
      } catch (OutOfMemoryError e) {
        exhausted = true;
      }
    }
    try {
      return mapped(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("no direct memory is left, and no room on disk", e);
    }
  }

  private static ByteBuffer mapped(int bytes) throws IOException {
    Path file = Files.createTempFile("heap", ".scratch");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes);
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
