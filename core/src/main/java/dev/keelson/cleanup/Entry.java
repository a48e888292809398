/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

/** A registration as the rest of this package sees it. */
interface Entry<S> extends Registration<S> {

  /**
   * What it is, for people: the class of the action, or of an unchecked Runnable, and the realm's
   * name.
   */
  String describe();
}
