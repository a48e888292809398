/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;

/** A growing list of longs outside the Java heap. Not safe for use by multiple threads. */
final class OffHeapLongs {

  private static final int BITS = 17;
  private static final int CHUNK = 1 << BITS;

  private final List<LongBuffer> chunks = new ArrayList<>();
  private int size;

  int size() {
    return size;
  }

  long get(int index) {
    return chunks.get(index >>> BITS).get(index & (CHUNK - 1));
  }

  void add(long value) {
    if (size >>> BITS == chunks.size()) {
      chunks.add(OffHeap.zeros(CHUNK * Long.BYTES).asLongBuffer());
    }
    chunks.get(size >>> BITS).put(size & (CHUNK - 1), value);
    size++;
  }
}
