/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

/**
 * What somebody has to do around a boundary. Every method does nothing unless it is overridden.
 *
 * <p>The methods are called on the thread that crosses, one at a time, never inside a lock of
 * Keelson's. They should be quick: see {@link BoundaryOptions#hookBudget}. They may register and
 * close hooks (that counts from the next crossing on), and must not cross a boundary themselves.
 *
 * <p>A hook must not take a lock that another thread may hold for long: that thread may be one that
 * an earlier hook has stopped. To wait for others to let go, override {@link #isQuiet}.
 */
public interface BoundaryHook {

  /**
   * Called before the boundary, in reverse order of registration.
   *
   * @param context what travels to the other side; values put here arrive in the child
   * @throws Exception to refuse: the boundary is not crossed
   */
  default void before(BoundaryContext context) throws Exception {}

  /**
   * Whether what this hook stands for has come to rest. Asked again and again after every {@code
   * before} and before the boundary, if the crossing was told to wait ({@link
   * BoundaryOptions#quiesce}). One that throws refuses: the boundary is not crossed.
   */
  default boolean isQuiet() {
    return true;
  }

  /** Why it is not quiet, for the message of the crossing that gave up. */
  default String whyBusy() {
    return "not quiet";
  }

  /**
   * Called after the boundary on the side that goes on as before, in order of registration; exactly
   * if {@link #before} was called, also when that has thrown.
   *
   * @param outcome whether the boundary was crossed
   */
  default void afterInParent(BoundaryContext context, BoundaryOutcome outcome) throws Exception {}

  /**
   * Called instead of {@link #afterInParent} on the side that was restored, and in a child JVM for
   * the hooks that were registered there before {@link Boundary#childMain}. Other threads may be
   * gone, together with the locks they held, the logger's among them: it should neither log nor
   * take a lock.
   */
  default void afterInChild(BoundaryContext context) throws Exception {}
}
