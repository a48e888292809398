/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import dev.keelson.process.Command;
import dev.keelson.process.CommandTimedOutException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A JVM that runs {@code MILLISECONDS SCRIPT}, that is with a deadline, and is stopped meanwhile.
 */
final class StoppedMain {

  private StoppedMain() {}

  public static void main(String[] args) throws Exception {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = in.readLine(); order != null; order = in.readLine()) {
      int space = order.indexOf(' ');
      Duration deadline = Duration.ofMillis(Long.parseLong(order.substring(0, space)));
      System.out.println(">began");
      Command command = Command.shell(order.substring(space + 1)).timeout(deadline);
      try {
        System.out.println(">said " + command.grace(Duration.ZERO).run().stdoutTrimmed());
      } catch (CommandTimedOutException e) {
        System.out.println(">timed out, said " + e.result().stdoutTrimmed());
      }
    }
    Runtime.getRuntime().halt(0);
  }
}
