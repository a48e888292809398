/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import dev.keelson.internal.linux.Kernels;

/** Says what keeps the linux engine from running. Looks at nothing native. */
final class LinuxSupport {

  private LinuxSupport() {}

  static String whyNot() {
    String why = Kernels.whyNot();
    return why.isEmpty() ? "it is not part of this version" : why;
  }
}
