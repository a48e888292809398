/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Region;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Blocks of memory that are taken for one call and given back; a few are kept. Safe for use by
 * multiple threads.
 */
final class Regions {

  /** As much as a pipe holds before it is grown. */
  static final int SIZE = 64 * 1024;

  private static final int KEPT = 8;

  private final Kernel kernel;
  private final AtomicReferenceArray<Region> kept = new AtomicReferenceArray<>(KEPT);

  Regions(Kernel kernel) {
    this.kernel = kernel;
  }

  /** A block of at least {@link #SIZE} bytes, with anything in it. */
  Region take() {
    return take(SIZE);
  }

  /** A block of at least that many bytes, with anything in it. */
  Region take(int bytes) {
    if (bytes > SIZE) {
      return kernel.allocate(bytes);
    }
    int first = first();
    for (int i = 0; i < KEPT; i++) {
      int slot = (first + i) % KEPT;
      Region region = kept.get(slot);
      if (region != null && kept.compareAndSet(slot, region, null)) {
        return region;
      }
    }
    return kernel.allocate(SIZE);
  }

  /** Gives a block back that no call uses any more. */
  void give(Region region) {
    if (region.size() != SIZE) {
      return;
    }
    int first = first();
    for (int i = 0; i < KEPT; i++) {
      if (kept.compareAndSet((first + i) % KEPT, null, region)) {
        return;
      }
    } // enough are kept: this one is left to the collector
  }

  private static int first() {
    return System.identityHashCode(Thread.currentThread()) & (KEPT - 1);
  }
}
