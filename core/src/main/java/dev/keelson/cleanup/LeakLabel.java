/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

/** A state that says what it stands for, for leak reports: a file name, an address, a pid. */
@FunctionalInterface
public interface LeakLabel {

  /**
   * A few words without secrets. Called when a leak is reported, before the action runs, and not
   * otherwise; what it throws is reported in the place of the words.
   */
  String leakLabel();
}
