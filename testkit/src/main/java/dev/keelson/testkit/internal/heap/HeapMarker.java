/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicLong;

/** By this an object is found in a dump without being held: the reader looks for its class. */
public final class HeapMarker {

  private static final AtomicLong NUMBERS = new AtomicLong();

  /** Read from the dump. */
  final WeakReference<?> marked;

  /** Read from the dump: several threads may look for objects at once. */
  final long number = NUMBERS.incrementAndGet();

  /** Marks what a reference refers to. */
  public HeapMarker(WeakReference<?> marked) {
    this.marked = marked;
  }
}
