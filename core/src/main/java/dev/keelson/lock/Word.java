/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

/**
 * The 64 bits that decide who holds a lock: {@code [ owner : 47 | RESET : 1 | MARK : 1 | holds : 15
 * ]}.
 *
 * <p>The owner is a thread's id from {@link ThreadIds}, 0 for nobody. RESET says that the owner is
 * at work to end somebody else's tenure. MARK says that whoever takes or frees the lock has to look
 * into its {@link Side}; it stands in free words and in held ones.
 */
final class Word {

  static final long FREE = 0;
  static final long MARK = 1L << 15;
  static final long RESET = 1L << 16;
  static final int MAX_HOLDS = (1 << 15) - 1;

  private static final int OWNER_SHIFT = 17;

  private Word() {}

  /** That thread's, held once. */
  static long heldBy(Thread thread) {
    return ThreadIds.of(thread) << OWNER_SHIFT | 1;
  }

  static long of(long owner, int holds, long flags) {
    return owner << OWNER_SHIFT | flags | holds;
  }

  static long owner(long word) {
    return word >>> OWNER_SHIFT;
  }

  static int holds(long word) {
    return (int) (word & MAX_HOLDS);
  }

  static boolean isFree(long word) {
    return word >>> OWNER_SHIFT == 0;
  }

  static boolean isReset(long word) {
    return (word & RESET) != 0;
  }

  /** Whether its owner may be among the {@link Side#keepers}. */
  static boolean isKept(long word) {
    return (word & (MARK | RESET)) != 0;
  }

  static boolean isMarked(long word) {
    return (word & MARK) != 0;
  }
}
