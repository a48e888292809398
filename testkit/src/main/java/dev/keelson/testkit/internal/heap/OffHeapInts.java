/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import java.nio.IntBuffer;

/** A fixed number of ints outside the Java heap, all zero. Not safe for use by multiple threads. */
final class OffHeapInts {

  private static final int BITS = 18;
  private static final int CHUNK = 1 << BITS;

  private final IntBuffer[] chunks;

  OffHeapInts(int size) {
    chunks = new IntBuffer[(int) (((long) size + CHUNK - 1) >>> BITS)];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = OffHeap.zeros(CHUNK * Integer.BYTES).asIntBuffer();
    }
  }

  int get(int index) {
    return chunks[index >>> BITS].get(index & (CHUNK - 1));
  }

  void set(int index, int value) {
    chunks[index >>> BITS].put(index & (CHUNK - 1), value);
  }
}
