/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.soak;

import dev.keelson.process.Launcher;
import java.time.Duration;
import java.util.List;

/**
 * {@code SECONDS}: all loads together, in a JVM of their own. It ends with 0 and a line that says
 * so, or with what went wrong.
 */
public final class SoakMain {

  /** What it says last where all is well. */
  static final String GOOD = "nothing lost, nothing left, nothing grown";

  static final Duration SETTLES = Duration.ofSeconds(20);
  private static final Duration LOST = Duration.ofSeconds(60);

  private SoakMain() {}

  /** Every kind there is. */
  static List<Soak.Maker> loads() {
    return List.of(
        LaunchLoad::new,
        () -> new LockLoad(LOST),
        () -> new LinkLoad(LOST),
        () -> new CleanupLoad(LOST),
        () -> new WakeLoad(LOST));
  }

  public static void main(String[] args) throws Exception {
    System.out.println(Launcher.system().capabilities());
    Duration time = Duration.ofSeconds(Long.parseLong(args[0]));
    Soak.run(loads(), time, SETTLES, System.out::println);
    System.out.println(GOOD);
  }
}
