/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

/** What a thread of Keelson's does not have from whoever made it. */
class DaemonsTest {

  @Test
  void shouldTakeNeitherGroupNorPriorityOfItsMaker() throws Exception {
    Thread[] made = new Thread[1];
    Thread maker =
        new Thread(
            new ThreadGroup("app"), () -> made[0] = Daemons.newThread("made", () -> {}), "maker");
    maker.setPriority(Thread.MAX_PRIORITY);
    maker.start();
    maker.join();

    assertNull(made[0].getThreadGroup().getParent(), "the system's group");
    assertEquals(Thread.NORM_PRIORITY, made[0].getPriority());
  }
}
