/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.threads;

/**
 * Asks for stack before a step that must not be cut off half way. A StackOverflowError then comes
 * here, where nothing has been changed yet, instead of inside a queue or between taking a lock and
 * giving it back.
 *
 * <p>What follows needs some 5 KiB interpreted and 2 KiB compiled; parking needs less than 2 KiB of
 * either kind.
 *
 * <p>The JDK's own locks need it, too: {@code ReentrantLock.lock()} may take the lock on the
 * stack's reserved pages and throw then, before the caller's {@code try}.
 */
public final class StackRoom {

  /*
   * Interpreted, a frame has room for all locals of its method, used or not. Compiled, it has room for those in use; but a
   * compiled method may have to go on interpreted in the middle, so HotSpot makes it touch, as it begins, the page where its
   * interpreted frames would end, those of methods inlined into it too (C1's and C2's bang_size_in_bytes, JDK 17 to 25). So
   * the locals of `wide`, which nobody uses, ask for 4 KiB each time it calls itself, at the price of two instructions. It
   * has to call itself, and so often that no compiler knows: a method that calls nobody is not asked to touch anything.
   *
   * What is touched is a whole number of pages. Where they may be larger than 4 KiB, and on another JVM than HotSpot,
   * `probe` is used instead, which costs a hundred times as much. Its frames are real: the parameters stay in use after the
   * call that is inside, so that compiled code cannot make them small.
   */

  private static final int FRAMES = 18;

  /** What is to be done once, before it is known which way to go. */
  private static final int MANY_FRAMES = 200;

  private static final int WIDE = 1;
  private static final int REAL = 2;

  /**
   * Which way to go; 0 as long as nobody knows, so that an error on the way leaves the class as it
   * was. Whoever finds it out finds the same.
   */
  private static int way;

  /** No constant for the compilers. */
  private static int deeper = 1;

  /** So that no compiler can leave the calls out; what it is does not matter. */
  private static long sink;

  private StackRoom() {}

  /**
   * Returns where there is room for what a lock, and what is done under one, needs at once.
   *
   * @throws StackOverflowError otherwise
   */
  public static void ensure() {
    if (way == WIDE) {
      sink = wide(deeper);
    } else if (way == REAL) {
      ensure(FRAMES);
    } else {
      ensure(MANY_FRAMES);
      way = isKnown() ? WIDE : REAL;
    }
  }

  private static boolean isKnown() {
    String vm = System.getProperty("java.vm.name", "");
    String processor = System.getProperty("os.arch", "");
    return (vm.startsWith("OpenJDK") || vm.startsWith("Java HotSpot"))
        && (processor.equals("amd64") || processor.equals("x86_64"));
  }

  /** For that many times 300 bytes interpreted, 100 compiled. */
  public static void ensure(int frames) {
    sink = probe(frames, 1, 2, 3, 4, 5, 6, 7, 8);
  }

  @SuppressWarnings("unused")
  private static long wide(int more) {
    // spotless:off
    long
        l00, l01, l02, l03, l04, l05, l06, l07, l08, l09, l0a, l0b, l0c, l0d, l0e, l0f,
        l10, l11, l12, l13, l14, l15, l16, l17, l18, l19, l1a, l1b, l1c, l1d, l1e, l1f,
        l20, l21, l22, l23, l24, l25, l26, l27, l28, l29, l2a, l2b, l2c, l2d, l2e, l2f,
        l30, l31, l32, l33, l34, l35, l36, l37, l38, l39, l3a, l3b, l3c, l3d, l3e, l3f,
        l40, l41, l42, l43, l44, l45, l46, l47, l48, l49, l4a, l4b, l4c, l4d, l4e, l4f,
        l50, l51, l52, l53, l54, l55, l56, l57, l58, l59, l5a, l5b, l5c, l5d, l5e, l5f,
        l60, l61, l62, l63, l64, l65, l66, l67, l68, l69, l6a, l6b, l6c, l6d, l6e, l6f,
        l70, l71, l72, l73, l74, l75, l76, l77, l78, l79, l7a, l7b, l7c, l7d, l7e, l7f,
        l80, l81, l82, l83, l84, l85, l86, l87, l88, l89, l8a, l8b, l8c, l8d, l8e, l8f,
        l90, l91, l92, l93, l94, l95, l96, l97, l98, l99, l9a, l9b, l9c, l9d, l9e, l9f,
        la0, la1, la2, la3, la4, la5, la6, la7, la8, la9, laa, lab, lac, lad, lae, laf,
        lb0, lb1, lb2, lb3, lb4, lb5, lb6, lb7, lb8, lb9, lba, lbb, lbc, lbd, lbe, lbf,
        lc0, lc1, lc2, lc3, lc4, lc5, lc6, lc7, lc8, lc9, lca, lcb, lcc, lcd, lce, lcf,
        ld0, ld1, ld2, ld3, ld4, ld5, ld6, ld7, ld8, ld9, lda, ldb, ldc, ldd, lde, ldf,
        le0, le1, le2, le3, le4, le5, le6, le7, le8, le9, lea, leb, lec, led, lee, lef,
        lf0, lf1, lf2, lf3, lf4, lf5, lf6, lf7, lf8, lf9, lfa, lfb, lfc, lfd, lfe, lff;
    // spotless:on
    return more == 0 ? sink : wide(more - 1) + 1;
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
