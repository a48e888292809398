/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.flight;

import jdk.jfr.FlightRecorder;

/**
 * Whether there is a flight recorder to tell. An event's class is to be loaded only then:
 * registering the first one costs some 50 ms (JDK 17), which a program that records nothing does
 * not pay, and a run time without the module {@code jdk.jfr} has no class to load.
 */
public final class Recording {

  private static final boolean PRESENT = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  private Recording() {}

  /** Whether a recorder was there at any time. */
  public static boolean isOn() {
    return PRESENT && FlightRecorder.isInitialized();
  }
}
