/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

/**
 * Asserts that code leaves no thread behind, platform or virtual.
 *
 * <pre>{@code
 * Threads.assertNoneLeft(() -> pool.close());
 * }</pre>
 *
 * <p>For any test framework; {@link NoLeaks} is the same for JUnit, and {@link LeakScope} the same
 * for all kinds of things at once. Like a scope it sees the whole JVM: no other test may run at the
 * same time.
 *
 * <p><b>Thread safety.</b> Stateless; safe for use by multiple threads.
 */
public final class Threads {

  private Threads() {}

  /**
   * Runs the code and asserts that it leaves no thread behind; see {@link LeakScope} for how long
   * that may take and for what is left out. If the code fails, that failure is thrown, with what
   * was left behind as a suppressed one.
   *
   * @throws LeakError if something is left; its message names it
   * @throws Exception what the code throws
   */
  public static void assertNoneLeft(Body body) throws Exception {
    LeakScope.run(LeakPolicy.standard().only(LeakKind.THREAD), body);
  }

  /**
   * Asserts that nothing of these kinds is left of what came up in a scope. The scope stays open.
   *
   * @throws LeakError if something is left; its message names it
   * @throws IllegalArgumentException if the scope does not look for them, or is in {@link
   *     LeakMode#TOKEN}, in which it sees none
   */
  public static void assertNoneLeft(LeakScope scope) {
    scope.only(LeakKind.THREAD).assertNoLeaks();
  }
}
