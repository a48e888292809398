/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

/**
 * What a {@link LockRegistry} does with locks that are taken in two different orders: by name, so
 * that one thread that takes A and then B, and later B and then A, is enough to find out.
 */
public enum OrderChecking {
  /** Nothing is looked at, and nothing is paid. */
  OFF,
  /** The first acquisition that completes a cycle is logged as a warning, once for each pair. */
  WARN,
  /**
   * Every acquisition that completes a cycle throws {@link LockOrderException}, without the lock.
   */
  THROW
}
