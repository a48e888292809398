/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hazards;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.EngineLaunchers;
import dev.keelson.testkit.engines.TestEngines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Run in a pid namespace: another process takes over the pid of a child that has ended, and then
 * everything is tried on the child that might hit it. {@code ENGINE} is the argument.
 */
public final class RecycledPidProbe {

  private static final Path LAST_PID = Path.of("/proc/sys/kernel/ns_last_pid");

  private RecycledPidProbe() {}

  public static void main(String[] args) throws Exception {
    System.out.println("keelson: " + tried(() -> keelson(args[0])));
    System.out.println("handle: " + tried(RecycledPidProbe::handle));
    System.out.println("process: " + tried(RecycledPidProbe::process));
    Runtime.getRuntime().halt(0);
  }

  /** Again with another pid, if a thread of this JVM has got the number. */
  private static String tried(Callable<String> attempt) throws Exception {
    for (int more = 3; ; more--) {
      try {
        return attempt.call();
      } catch (IOException e) {
        if (more == 0) {
          throw e;
        }
      }
    }
  }

  private static String keelson(String engine) throws Exception {
    Child child =
        EngineLaunchers.over(TestEngines.named(engine)).build().start(Command.of("sleep", "60"));
    // The start time has ticks of 10 ms: the new owner must be born in another one.
    TimeUnit.MILLISECONDS.sleep(50);
    child.signal("KILL");
    child.await();
    Process victim = takeOver(child.pid());
    boolean sent = child.signal("KILL") || child.signal("HUP");
    child.terminate(Duration.ZERO);
    child.close();
    child.asProcess().destroyForcibly();
    return verdict(victim) + (sent ? ", and a signal was sent" : "");
  }

  private static String process() throws Exception {
    Process process = new ProcessBuilder("sleep", "60").start();
    TimeUnit.MILLISECONDS.sleep(50);
    process.destroyForcibly().waitFor();
    Process victim = takeOver(process.pid());
    process.destroyForcibly();
    return verdict(victim);
  }

  /** What programs do that keep a pid: they look it up when they want to end it. */
  private static String handle() throws Exception {
    Process process = new ProcessBuilder("sleep", "60").start();
    TimeUnit.MILLISECONDS.sleep(50);
    process.destroyForcibly().waitFor();
    Process victim = takeOver(process.pid());
    ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
    return verdict(victim);
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

  private static String verdict(Process victim) throws InterruptedException {
    boolean ended = victim.waitFor(200, TimeUnit.MILLISECONDS);
    victim.destroyForcibly();
    return ended ? "the victim was ended" : "the victim lives";
  }
}
