/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import dev.keelson.testkit.Body;

/**
 * Both variants under one tool. What the tool accuses of, it throws.
 *
 * @param tool its name, as users write it
 * @param wrong the bug
 * @param right the same without it
 * @param alone whether it looks at the heap, and is run where that is small: in a JVM of its own
 */
record Trial(String tool, Body wrong, Body right, boolean alone) {

  /** In the JVM of the tests. */
  Trial(String tool, Body wrong, Body right) {
    this(tool, wrong, right, false);
  }
}
