/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.cleanup;

import dev.keelson.process.Child;
import dev.keelson.process.Command;

/** Starts and ends one child, runs a command, and says who follows. */
final class DroppingMain {

  private DroppingMain() {}

  public static void main(String[] args) throws Exception {
    long following;
    try (Child child = Command.of("sleep", "35").start()) {
      following =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().equals("keelson-cleanup"))
              .count();
      Command.of("true").run();
      child.isAlive();
    }
    System.out.println(">" + following + " following");
  }
}
