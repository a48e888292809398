/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

/** The planted mistake: a registration that looks first and marks then. */
final class CheckThenRun {

  private final Waiting.Count count;
  private volatile boolean over;

  CheckThenRun(Waiting.Count count) {
    this.count = count;
  }

  boolean clean() {
    if (over) {
      return false;
    }
    over = true;
    count.release();
    return true;
  }
}
