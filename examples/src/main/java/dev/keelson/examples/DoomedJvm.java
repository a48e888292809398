/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.process.Command;

/** A JVM that starts a tree, says so, and waits to be killed; see {@link JvmDeath}. */
final class DoomedJvm {

  /** By this the second JVM is told what its tree sleeps for. */
  static final String NAP = "TOUR_NAP";

  /** The shell and two sleepers. */
  static final int TREE = 3;

  private DoomedJvm() {}

  public static void main(String[] args) throws Exception {
    String nap = System.getenv(NAP);
    String script =
        "if command -v setsid > /dev/null; then setsid sleep "
            + (nap + " & else sleep " + nap + " & fi; sleep " + nap + " & wait");
    if (args[0].equals("Command")) {
      Command.shell(script).start();
    } else {
      new ProcessBuilder("/bin/sh", "-c", script).start();
    }
    Trees.awaitSome(nap, TREE);
    System.out.println("ready");
    Thread.sleep(60_000);
  }
}
