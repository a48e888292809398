/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

/**
 * What a library has to do in a child JVM before the child's own code runs: seeds, identities, log
 * files, lock files. Found by {@link java.util.ServiceLoader} in {@link Boundary#childMain}; hooks
 * that were registered in the parent do not travel.
 */
public interface ChildHook {

  /** Its place among all hooks of the child; lower numbers come first. */
  default int phase() {
    return Boundary.DEFAULT_PHASE;
  }

  /**
   * Called once, before the child's own code.
   *
   * @param context what the parent's hooks have put there
   */
  void afterInChild(BoundaryContext context) throws Exception;
}
