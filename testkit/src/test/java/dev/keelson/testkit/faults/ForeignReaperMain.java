/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Kernels;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.Region;
import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.ExitStatus;
import dev.keelson.process.Stdout;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A JVM with native code in it that reaps every child there is. Every launch has to come to an end,
 * with the status or with word that it is lost.
 */
final class ForeignReaperMain {

  private static final int ANY = 0;

  private ForeignReaperMain() {}

  public static void main(String[] args) throws Exception {
    int launches = Integer.parseInt(args[0]);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger stolen = new AtomicInteger();
    Thread thief = new Thread(() -> reap(over, stolen), "thief");
    thief.setDaemon(true);
    thief.start();
    Map<String, Integer> seen = new TreeMap<>();
    long longest = 0;
    for (int i = 0; i < launches; i++) {
      long start = System.nanoTime();
      seen.merge(launch(i), 1, Integer::sum);
      longest = Math.max(longest, System.nanoTime() - start);
    }
    over.set(true);
    System.out.println("stolen " + stolen.get());
    seen.forEach((what, times) -> System.out.println(what + " " + times));
    System.out.println("longest " + TimeUnit.NANOSECONDS.toMillis(longest) + " ms");
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static void reap(AtomicBoolean over, AtomicInteger stolen) {
    Kernel kernel = Kernels.real();
    Region info = kernel.allocate(512);
    while (!over.get()) {
      info.bytes().putLong(16, 0);
      // Without blocking, as this JVM may have no child at the moment.
      int answer = kernel.waitid(ANY, 0, info, 0, Linux.WEXITED | Linux.WNOHANG, -1);
      if (answer == 0 && info.bytes().getInt(16) != 0) {
        stolen.incrementAndGet();
      } else {
        LockSupport.parkNanos(1_000);
      }
    }
  }

  private static String launch(int i) throws Exception {
    switch (i % 4) {
      case 0:
        return "exit " + name(Command.shell("exit 7").anyExit().run().status());
      case 1:
        try (Child child = Command.of("sleep", "20").stdout(Stdout.discard()).start()) {
          child.signal("KILL");
          return "kill " + name(child.await());
        }
      case 2:
        try (Child child = Command.of("sleep", "20").start()) {
          child.terminate(Duration.ZERO);
          return "terminate " + name(child.await());
        }
      default:
        try {
          return "timeout " + name(sleep().run().status());
        } catch (CommandException timedOut) {
          return "timeout " + name(timedOut.result().status());
        }
    }
  }

  private static Command sleep() {
    return Command.of("sleep", "20").timeout(Duration.ofMillis(5)).grace(Duration.ZERO);
  }

  private static String name(ExitStatus status) {
    return status instanceof ExitStatus.Unknown ? "unknown" : "known";
  }
}
