/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hazards;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Launcher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A JVM to be killed, with a child of Keelson's and a plain one: {@code FILE FILE}. */
final class OrphanProbe {

  private OrphanProbe() {}

  public static void main(String[] args) throws Exception {
    Child child =
        Launcher.system()
            .start(Command.of("/bin/sh", "-c", "trap '' TERM; while :; do sleep 0.2; done"));
    Process plain = new ProcessBuilder("sleep", "40").start();
    write(Path.of(args[0]), child.pid());
    write(Path.of(args[1]), plain.pid());
    TimeUnit.SECONDS.sleep(40);
  }

  private static void write(Path file, long pid) throws Exception {
    Path part = Files.writeString(file.resolveSibling(file.getFileName() + ".part"), pid + "\n");
    Files.move(part, file);
  }
}
