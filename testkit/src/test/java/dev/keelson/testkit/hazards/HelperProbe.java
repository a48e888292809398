/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hazards;

import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.Launcher;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.io.IOException;

/** A JVM whose helper for starting processes does not work. */
final class HelperProbe {

  private static final int STARTS = 10;

  private HelperProbe() {}

  public static void main(String[] args) throws Exception {
    String plain = "started";
    for (int i = 0; i < STARTS; i++) {
      try {
        new ProcessBuilder("/bin/true").start();
      } catch (IOException e) {
        plain = String.valueOf(e.getMessage());
      }
    }
    System.out.println("plain: " + plain.replace('\n', ' '));
    System.out.println("unreaped after " + STARTS + " starts: " + zombies());
    try {
      Launcher.builder().orphanGuard(false).build().run(Command.of("/bin/true"));
      System.out.println("keelson: started");
    } catch (CommandException e) {
      System.out.println(
          "keelson: "
              + e.getClass().getSimpleName()
              + ": "
              + String.valueOf(e.getMessage()).replace('\n', ' '));
    }
    Runtime.getRuntime().halt(0);
  }

  private static long zombies() {
    return Procs.children(ProcessHandle.current().pid()).stream()
        .filter(ProcInfo::isZombie)
        .count();
  }
}
