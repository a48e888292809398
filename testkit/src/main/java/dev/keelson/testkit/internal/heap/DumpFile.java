/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The bytes of a heap dump in the format HPROF, mapped. Safe for reading by multiple threads.
 *
 * <p>Resources. The mapping lasts until this object is collected; the file may be deleted before,
 * except on Windows.
 */
final class DumpFile {

  private static final int WINDOW_BITS = 30;
  private static final long WINDOW = 1L << WINDOW_BITS;

  /** So that no value lies across two windows. */
  private static final int OVERLAP = Long.BYTES;

  private final ByteBuffer[] windows;
  private final long size;
  private final int idSize;
  private final long start;

  private DumpFile(ByteBuffer[] windows, long size) throws IOException {
    this.windows = windows;
    this.size = size;
    long at = 0;
    while (at < Math.min(size, 64) && u1(at) != 0) {
      at++;
    }
    if (size < at + 13 || !text(0, (int) at).startsWith("JAVA PROFILE")) {
      throw new IOException("this is no heap dump, or one that was cut short: " + size + " bytes");
    }
    idSize = (int) u4(at + 1);
    if (idSize != Long.BYTES && idSize != Integer.BYTES) {
      throw new IOException("a heap dump with identifiers of " + idSize + " bytes");
    }
    start = at + 13;
  }

  static DumpFile open(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      ByteBuffer[] windows = new ByteBuffer[(int) ((size + WINDOW - 1) >>> WINDOW_BITS)];
      for (int i = 0; i < windows.length; i++) {
        long from = i * WINDOW;
        long length = Math.min(size - from, WINDOW + OVERLAP);
        windows[i] = channel.map(FileChannel.MapMode.READ_ONLY, from, length);
      }
      return new DumpFile(windows, size);
    }
  }

  long size() {
    return size;
  }

  /** Where the first record begins. */
  long start() {
    return start;
  }

  int idSize() {
    return idSize;
  }

  private ByteBuffer window(long at) {
    return windows[(int) (at >>> WINDOW_BITS)];
  }

  private static int offset(long at) {
    return (int) (at & (WINDOW - 1));
  }

  int u1(long at) {
    return window(at).get(offset(at)) & 0xff;
  }

  int u2(long at) {
    return window(at).getShort(offset(at)) & 0xffff;
  }

  int s4(long at) {
    return window(at).getInt(offset(at));
  }

  long u4(long at) {
    return s4(at) & 0xffff_ffffL;
  }

  long s8(long at) {
    return window(at).getLong(offset(at));
  }

  long id(long at) {
    return idSize == Long.BYTES ? s8(at) : u4(at);
  }

  String text(long at, int length) {
    byte[] bytes = bytes(at, length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  byte[] bytes(long at, int length) {
    byte[] bytes = new byte[length];
    for (int done = 0; done < length; ) {
      ByteBuffer window = window(at + done);
      int from = offset(at + done);
      int most = Math.max(1, Math.min(length - done, window.limit() - from)); // or it throws
      window.get(from, bytes, done, most);
      done += most;
    }
    return bytes;
  }
}
