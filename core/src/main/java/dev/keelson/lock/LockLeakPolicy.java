/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

/** What a {@link LockScope} does about locks that were left held. */
public enum LockLeakPolicy {
  /** Releases them and throws {@link LockLeakException}. */
  FAIL,
  /** Leaves them held and logs a warning that names them. */
  LOG,
  /** Releases them and logs a warning that names them. */
  RELEASE
}
