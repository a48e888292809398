/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

/** A registration as the rest of this package sees it. */
interface Entry<S> extends Registration<S> {

  /** As {@link #clean}, at the exit of the JVM. */
  default boolean cleanAtExit() {
    return clean();
  }

  /** What it is, for people: the action's class, and the realm's name. */
  String describe();
}
