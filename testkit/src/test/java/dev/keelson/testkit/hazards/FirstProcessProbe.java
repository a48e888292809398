/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hazards;

import dev.keelson.process.Command;
import dev.keelson.process.Launcher;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM that is the first process of its namespace, so that all orphans become its children. */
final class FirstProcessProbe {

  private static final int ROUNDS = 10;

  private FirstProcessProbe() {}

  public static void main(String[] args) throws Exception {
    List<Long> own = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      own.add(
          Long.parseLong(
              Launcher.system()
                  .run(Command.of("/bin/sh", "-c", "(sleep 0.05 >/dev/null 2>&1 &); echo $$"))
                  .stdoutTrimmed()));
    }
    TimeUnit.MILLISECONDS.sleep(400);
    long mine = ProcessHandle.current().pid();
    List<ProcInfo> zombies = Procs.children(mine).stream().filter(ProcInfo::isZombie).toList();
    long ours = zombies.stream().filter(zombie -> own.contains(zombie.pid())).count();
    System.out.println("first process: " + mine);
    System.out.println("own children unreaped: " + ours);
    System.out.println("adopted orphans unreaped: " + (zombies.size() - ours) + " of " + ROUNDS);
    Runtime.getRuntime().halt(0);
  }
}
