/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Says which lane this test JVM is, and fails where it is not the one the build asked for. */
class LaneTest {
  private static final String LANE = System.getProperty("keelson.test.lane");
  private static final String ENGINE = System.getProperty("keelson.test.engine");

  @BeforeAll
  static void sayWhichLaneThisIs() {
    System.out.println("lane=" + LANE + " jdk=" + Runtime.version() + " engine=" + ENGINE);
  }

  @Test
  void shouldRunOnTheJdkOfItsLane() {
    assertNotNull(LANE, "no keelson.test.lane: run the tests through Maven, or pass it");
    assertEquals(Integer.parseInt(LANE), Runtime.version().feature(), "JDK of lane " + LANE);
  }

  @Test
  void shouldNameAnEngineItsJdkCanRun() {
    assertTrue(List.of("portable", "linux").contains(ENGINE), "keelson.test.engine=" + ENGINE);
    assertTrue(
        !"linux".equals(ENGINE) || Runtime.version().feature() >= 22,
        "the linux engine needs JDK 22 or newer, this is lane " + LANE);
  }
}
