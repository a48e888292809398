/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.flight;

import jdk.jfr.FlightRecorder;

/**
 * Whether there is a flight recorder to tell. An event's class is to be loaded only then:
 * registering the first one costs some 50 ms (JDK 17), which a program that records nothing does
 * not pay, and a run time without the module {@code jdk.jfr} has no class to load.
 */
public final class Recording {

  private static final int ABSENT = 1;
  private static final int PRESENT = 2;

  /**
   * 0 as long as nobody knows, so that an error on the way, of which all features would suffer,
   * leaves the class as it was. Whoever finds it out finds the same.
   */
  private static int module;

  private Recording() {}

  /** Whether a recorder was there at any time. */
  public static boolean isOn() {
    int known = module;
    if (known == 0) {
      known = ModuleLayer.boot().findModule("jdk.jfr").isPresent() ? PRESENT : ABSENT;
      module = known;
    }
    return known == PRESENT && FlightRecorder.isInitialized();
  }
}
