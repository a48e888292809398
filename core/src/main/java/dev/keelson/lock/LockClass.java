/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

/** All locks of one name: what the order is checked by. Safe for use by multiple threads. */
final class LockClass {

  final String name;
  final int id;

  /** Its number in the hash of a chain: the finalizer of splitmix64 over the id. */
  final long salt;

  /** Whether locks of this name are numbered and may be taken together from low to high. */
  final boolean ranked;

  /** Whether the program has said that it takes locks of this name together in a safe order. */
  volatile boolean nestable;

  LockClass(String name, int id, boolean ranked) {
    this.name = name;
    this.id = id;
    long x = id * 0x9E3779B97F4A7C15L;
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    this.salt = x ^ (x >>> 31);
    this.ranked = ranked;
  }

  @Override
  public String toString() {
    return "\"" + name + "\"";
  }
}
