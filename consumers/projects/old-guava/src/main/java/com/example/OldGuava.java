/* SPDX-License-Identifier: Apache-2.0 */
package com.example;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;

import dev.keelson.process.Command;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.SafeProcessBuilder;

/** Launches, with a guava beside them that is older than the one Keelson asks for. */
public final class OldGuava {

  private OldGuava() {}

  public static void main(String[] args) throws Exception {
    String guava = System.getProperty("java.class.path").replaceAll(".*/guava-|\\.jar.*", "");
    if (!guava.startsWith("30.")) {
      throw new AssertionError("expected guava 30, not " + guava);
    }
    Command words = Command.of("printf", "b\\na\\n").timeout(ofMinutes(1));
    String first = words.pipe(Command.of("sort")).run().lines().get(0);
    int exit = new SafeProcessBuilder("true").start().waitFor();
    if (!first.equals("a") || exit != 0) {
      throw new AssertionError("expected a and 0, not " + first + " and " + exit);
    }
    try {
      throw new AssertionError(Command.of("sleep", "600").timeout(ofMillis(200)).run());
    } catch (CommandTimedOutException expected) {
      System.out.println("guava " + guava + ", run, pipe, drop-in and a teardown work, no warning");
    }
  }
}
