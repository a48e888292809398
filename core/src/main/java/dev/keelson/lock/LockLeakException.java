/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.List;

/**
 * A task or test has ended and left locks held. They have been released when this is thrown, so
 * that the thread can be used again.
 */
public final class LockLeakException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  private final String[] locks;

  LockLeakException(String message, List<String> locks) {
    super(message);
    this.locks = locks.toArray(new String[0]);
  }

  /** The names of the locks that were left held. */
  public List<String> locks() {
    return List.of(locks);
  }
}
