/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import java.util.ArrayList;
import java.util.List;

/** The lane that this test JVM is, for the JVMs that tests start: they run the same engine. */
public final class Lane {

  private static final int FIRST_NATIVE = 22;

  private Lane() {}

  /** Whether native code can be called here. */
  public static boolean isNative() {
    return Runtime.version().feature() >= FIRST_NATIVE;
  }

  /**
   * Options for another JVM of this lane, so that Keelson chooses the engine there as it does here.
   */
  public static List<String> jvmOptions() {
    List<String> options = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
    String forced = System.getProperty("keelson.engine");
    if (forced != null) {
      options.add("-Dkeelson.engine=" + forced);
    }
    return options;
  }
}
