/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

/**
 * Repairs what a lock guards after its owner has lost it. Called by {@code reset} and {@code
 * recover} on their caller's thread, while that thread alone has the lock.
 */
@FunctionalInterface
public interface Recovery {

  /**
   * Brings the guarded state in order. It may lock and unlock the lock as usual; holds that it
   * leaves behind are given back for it. What it throws is thrown by the method that called it,
   * after the lock was freed; the lock then counts as inconsistent.
   *
   * @param lost whose tenure it was
   */
  void repair(LostTenure lost);
}
