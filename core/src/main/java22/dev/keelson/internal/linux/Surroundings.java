/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;

/** What the C library knows of this process and of error numbers. */
final class Surroundings {

  /** More than there is, and less than a buffer can have. */
  private static final int PLENTY = 1 << 30;

  private static final Call STRERROR = Call.of("strerror");

  private Surroundings() {}

  /** Copies {@code environ}, as it is now. */
  static byte[][] environment() {
    long variable =
        Call.find("environ")
            .orElseThrow(() -> new UnsatisfiedLinkError("no environ in libc"))
            .address();
    long entries = from(variable).getLong(0);
    List<byte[]> found = new ArrayList<>();
    if (entries != 0) {
      ByteBuffer all = from(entries);
      for (long entry = all.getLong(); entry != 0; entry = all.getLong()) {
        found.add(text(entry));
      }
    }
    return found.toArray(byte[][]::new);
  }

  static String message(int errno) {
    Capture capture = Capture.take();
    long address;
    try {
      address = STRERROR.raw(capture, errno, 0, 0, 0, 0, 0);
    } finally {
      capture.giveBack();
    }
    if (address == 0) {
      return "error " + errno;
    }
    return new String(
        text(address), Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
  }

  private static byte[] text(long address) {
    ByteBuffer all = from(address);
    int length = 0;
    while (all.get(length) != 0) {
      length++;
    }
    byte[] text = new byte[length];
    all.get(text);
    return text;
  }

  /** The memory from there on, whose end the reader has to know. */
  private static ByteBuffer from(long address) {
    return MemorySegment.ofAddress(address)
        .reinterpret(PLENTY)
        .asByteBuffer()
        .order(ByteOrder.nativeOrder());
  }
}
