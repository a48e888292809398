/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import javax.annotation.Nullable;

/** What failed while everything else went on. Used by one thread. */
final class Failures {

  private static final int SUPPRESSED = 16;

  private @Nullable Throwable first;
  private int more;

  void add(Throwable failure) {
    if (first == null) {
      first = failure;
    } else if (more++ < SUPPRESSED && failure != first) {
      try {
        first.addSuppressed(failure);
      } catch (VirtualMachineError e) {
        // No memory, or no room on the stack: what goes on meanwhile is worth more.
      }
    }
  }

  /** Throws the first, with the next 16 as suppressed ones. */
  void throwFirst() {
    if (first != null) {
      sneak(first);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> void sneak(Throwable failure) throws E {
    throw (E) failure; // an action in another language may throw what it likes
  }
}
