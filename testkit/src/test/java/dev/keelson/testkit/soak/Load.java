/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.soak;

import java.util.Random;

/** One kind of work, which several threads do over and over. */
interface Load {

  /** Does a little of it and checks what came of it. */
  void turn(Random random) throws Exception;

  /** Checks what can be said only now that nobody works any more, and gives everything back. */
  void audit() throws Exception;
}
