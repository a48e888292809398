/* SPDX-License-Identifier: Apache-2.0 */
package com.example;

import static java.time.Duration.ofMinutes;

import dev.keelson.process.Command;
import dev.keelson.process.Launcher;

/** A named module on top of another. */
public final class ModulePath {

  private ModulePath() {}

  public static void main(String[] args) throws Exception {
    String module = String.valueOf(Command.class.getModule().getName());
    if (!module.equals("dev.keelson.core") || !ModulePath.class.getModule().isNamed()) {
      throw new AssertionError("expected two named modules, not " + module);
    }
    String engine = Launcher.system().capabilities().engine();
    if (!engine.equals(args[0])) {
      throw new AssertionError("expected " + args[0] + ", not " + engine);
    }
    System.out.println(
        "module " + module + ", engine " + engine + ", " + greeting() + ", no warning");
  }

  static String greeting() throws Exception {
    return "echo says " + Command.of("echo", "hello").timeout(ofMinutes(1)).run().stdoutTrimmed();
  }
}
