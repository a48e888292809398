/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

/** All locks of one name: what the order is checked by. Safe for use by multiple threads. */
final class LockClass {

  final String name;
  final int id;

  /** Whether locks of this name are numbered and may be taken together from low to high. */
  final boolean ranked;

  /** Whether the program has said that it takes locks of this name together in a safe order. */
  volatile boolean nestable;

  LockClass(String name, int id, boolean ranked) {
    this.name = name;
    this.id = id;
    this.ranked = ranked;
  }

  @Override
  public String toString() {
    return "\"" + name + "\"";
  }
}
