/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import dev.keelson.testkit.internal.schedule.Explorer;

/** Where a schedule is used outside of its test method: in {@code @BeforeEach}, say. */
final class NoStage implements Explorer.Stage {

  @Override
  public Thread thread(String name, Body body) {
    throw new IllegalStateException(
        "thread \"" + name + "\" is started outside of the test method; start it in there");
  }

  @Override
  public void after(Body check) {
    throw new IllegalStateException("a check is added outside of the test method; add it in there");
  }
}
