/* SPDX-License-Identifier: Apache-2.0 */
package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keelson.testkit.NoLeaks;
import org.junit.jupiter.api.Test;

@NoLeaks
class ModulePathTest {

  @Test
  void shouldGreetAndLeaveNothing() throws Exception {
    assertEquals("echo says hello", ModulePath.greeting());
  }
}
