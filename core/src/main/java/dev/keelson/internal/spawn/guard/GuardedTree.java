/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.guard;

import dev.keelson.internal.spawn.Guard;
import java.util.concurrent.atomic.AtomicReference;

/** A line of the table in use. */
final class GuardedTree implements Guard.Entry {

  /**
   * The line, until it is removed. The exchange lets one of several callers release it, and that
   * only once.
   */
  private final AtomicReference<GuardTable.Slot> slot;

  GuardedTree(GuardTable.Slot slot) {
    this.slot = new AtomicReference<>(slot);
  }

  @Override
  public void remove() {
    GuardTable.Slot last = slot.getAndSet(null);
    if (last != null) {
      last.release();
    }
  }
}
