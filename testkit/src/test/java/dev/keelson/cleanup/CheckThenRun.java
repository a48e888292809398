/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

/** The planted mistake: a registration that looks first and marks then. */
final class CheckThenRun {

  private final Waiting.Count count;
  private final Runnable between;
  private volatile boolean over;

  CheckThenRun(Waiting.Count count) {
    this(count, () -> {});
  }

  /** With something that gives the mistake its chance. */
  CheckThenRun(Waiting.Count count, Runnable between) {
    this.count = count;
    this.between = between;
  }

  boolean clean() {
    if (over) {
      return false;
    }
    between.run();
    over = true;
    count.release();
    return true;
  }
}
