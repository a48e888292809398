/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

import static dev.keelson.internal.linux.Calls.INT;
import static dev.keelson.internal.linux.Calls.LONG;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;

/** What the C library knows of this process and of error numbers. */
final class Surroundings {

  private static final MethodHandle STRERROR = Calls.plain("strerror", LONG, INT);

  private Surroundings() {}

  /** Copies {@code environ}, as it is now. */
  static byte[][] environment() {
    MemorySegment variable =
        Calls.find("environ")
            .orElseThrow(() -> new UnsatisfiedLinkError("no environ in libc"))
            .reinterpret(ADDRESS.byteSize());
    MemorySegment entries = variable.get(ADDRESS, 0);
    List<byte[]> found = new ArrayList<>();
    if (!entries.equals(MemorySegment.NULL)) {
      MemorySegment all = entries.reinterpret(Long.MAX_VALUE);
      for (long i = 0; ; i++) {
        MemorySegment entry = all.getAtIndex(ADDRESS, i);
        if (entry.equals(MemorySegment.NULL)) {
          break;
        }
        found.add(text(entry));
      }
    }
    return found.toArray(byte[][]::new);
  }

  static String message(int errno) {
    long address;
    try {
      address = (long) STRERROR.invokeExact(errno);
    } catch (Throwable t) {
      throw Calls.impossible(t);
    }
    if (address == 0) {
      return "error " + errno;
    }
    return new String(
        text(MemorySegment.ofAddress(address)),
        Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
  }

  private static byte[] text(MemorySegment start) {
    MemorySegment all = start.reinterpret(Long.MAX_VALUE);
    long length = 0;
    while (all.get(JAVA_BYTE, length) != 0) {
      length++;
    }
    return all.asSlice(0, length).toArray(JAVA_BYTE);
  }
}
