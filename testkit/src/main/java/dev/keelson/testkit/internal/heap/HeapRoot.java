/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

/**
 * Where reachability begins.
 *
 * @param kind why it is a root
 * @param id the object
 * @param thread the serial number of the thread, or zero
 * @param frame which of the thread's frames, counted from the innermost; -1 where there is none
 */
record HeapRoot(Kind kind, long id, int thread, int frame) {

  /** Why an object is a root; a path begins at the first of these, of paths of one length. */
  enum Kind {
    CLASS,
    THREAD,
    JAVA_FRAME,
    JNI_LOCAL,
    JNI_GLOBAL,
    MONITOR,
    NATIVE_STACK,
    THREAD_BLOCK,
    UNKNOWN
  }
}
