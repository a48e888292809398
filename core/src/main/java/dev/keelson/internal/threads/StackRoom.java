/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.threads;

/**
 * Asks for stack before a step that must not be cut off half way. A StackOverflowError then comes
 * here, where nothing has been changed yet, instead of inside a queue or between taking a lock and
 * giving it back.
 *
 * <p>The frames are wide because the parameters stay in use after the call that is inside, so that
 * compiled code cannot make them small. Eighteen of them are about 5 KiB interpreted and 2 KiB
 * compiled; parking needs less than 2 KiB of either kind.
 *
 * <p>The JDK's own locks need it, too: {@code ReentrantLock.lock()} may take the lock on the
 * stack's reserved pages and throw then, before the caller's {@code try}.
 */
public final class StackRoom {

  private static final int FRAMES = 18;

  /** So that no compiler can leave the calls out; what it is does not matter. */
  private static long sink;

  private StackRoom() {}

  /**
   * Returns where there is room for what a lock, and what is done under one, needs at once.
   *
   * @throws StackOverflowError otherwise
   */
  public static void ensure() {
    ensure(FRAMES);
  }

  /** For that many times 300 bytes interpreted, 100 compiled. */
  public static void ensure(int frames) {
    sink = probe(frames, 1, 2, 3, 4, 5, 6, 7, 8);
  }

  private static long probe(
      int frames, long a, long b, long c, long d, long e, long f, long g, long h) {
    if (frames == 0) {
      return sink;
    }
    long deeper = probe(frames - 1, b, c, d, e, f, g, h, a);
    return ((((((((deeper ^ a) + b) ^ c) + d) ^ e) + f) ^ g) + h);
  }
}
