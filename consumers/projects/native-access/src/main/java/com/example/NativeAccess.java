/* SPDX-License-Identifier: Apache-2.0 */
package com.example;

import static java.time.Duration.ofMinutes;

import dev.keelson.process.Command;
import dev.keelson.process.ExitStatus;
import dev.keelson.process.Launcher;

/** The engine that the flag buys. */
public final class NativeAccess {

  private NativeAccess() {}

  public static void main(String[] args) throws Exception {
    String engine = Launcher.system().capabilities().engine();
    if (!engine.equals(args[0])) {
      throw new AssertionError("expected " + args[0] + ", not " + engine);
    }
    ExitStatus status = Command.of("true").timeout(ofMinutes(1)).run().status();
    System.out.println("engine " + engine + ", started a program: " + status + ", no warning");
  }
}
