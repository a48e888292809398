/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import dev.keelson.internal.spawn.TreeEnding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Run in a pid namespace: lets a victim take over a pid, and prints whether it outlives the end of
 * the former owner's tree.
 */
final class RecycledPidMain {

  private static final Path LAST_PID = Path.of("/proc/sys/kernel/ns_last_pid");
  private static final String COOKIE = "KEELSON_ID=recycled-0123456789";

  private RecycledPidMain() {}

  public static void main(String[] args) throws Exception {
    System.out.println(args[0].equals("root") ? root() : member());
    Runtime.getRuntime().halt(0);
  }

  /** The root has been reaped, and nobody has told the teardown. */
  private static String root() throws Exception {
    Process first = new ProcessBuilder("sleep", "60").start();
    ProcessHandle root = first.toHandle();
    // The start time has ticks of 10 ms: the new owner must be born in another one.
    TimeUnit.MILLISECONDS.sleep(50);
    first.destroyForcibly().waitFor();
    Process victim = takeOver(root.pid());
    TreeEnder.end(root, false, COOKIE, new TreeEnding(0));
    return verdict(victim, "");
  }

  /**
   * A member ends during the grace that another one uses up; its pid is a stranger's when it is
   * time to kill.
   */
  private static String member() throws Exception {
    String script = "trap '' TERM; sleep 60 & while :; do wait; sleep 1; done";
    Process root = new ProcessBuilder("sh", "-c", script).start();
    ProcessHandle member = null;
    while (member == null) {
      TimeUnit.MILLISECONDS.sleep(5);
      member =
          root.descendants()
              .filter(p -> p.info().command().orElse("").endsWith("sleep"))
              .findFirst()
              .orElse(null);
    }
    ProcessHandle ended = member;
    Process[] victim = new Process[1];
    Thread recycler =
        new Thread(
            () -> {
              try {
                // By now the teardown looks every 20 ms: it sees the pid before and after.
                TimeUnit.MILLISECONDS.sleep(300);
                ended.destroyForcibly();
                while (ended.isAlive()) {
                  Thread.onSpinWait();
                }
                victim[0] = takeOver(ended.pid());
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    recycler.start();
    String report =
        TreeEnder.end(root.toHandle(), false, null, new TreeEnding(TimeUnit.SECONDS.toNanos(1)))
            .toString();
    recycler.join();
    return verdict(victim[0], report);
  }

  private static Process takeOver(long pid) throws IOException, InterruptedException {
    for (int attempt = 0; attempt < 200; attempt++) {
      Files.writeString(LAST_PID, Long.toString(pid - 1));
      Process victim = new ProcessBuilder("sleep", "60").start();
      if (victim.pid() == pid) {
        return victim;
      }
      victim.destroyForcibly().waitFor();
    }
    throw new IOException("pid " + pid + " could not be taken over");
  }

  private static String verdict(Process victim, String report) throws InterruptedException {
    boolean ended = victim.waitFor(200, TimeUnit.MILLISECONDS);
    return (ended ? "the victim was ended" : "the victim lives") + " " + report;
  }
}
