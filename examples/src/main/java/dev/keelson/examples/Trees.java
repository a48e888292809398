/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds the processes of an experiment, wherever they were reparented to, and ends them.
 *
 * <p>Each experiment has a nap of its own: a number of seconds that no other process on the machine
 * sleeps for. Whoever has it on the command line belongs to the experiment, and so do the
 * descendants of those.
 */
final class Trees {

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Queue<String> NAPS = new ConcurrentLinkedQueue<>();

  private Trees() {}

  /** A new nap of about five minutes: for {@code sleep}, and to be found by. */
  static String nap() {
    String nap = "300.%07d%04d".formatted(ProcessHandle.current().pid(), COUNT.incrementAndGet());
    NAPS.add(nap);
    return nap;
  }

  /** Who lives of that experiment. */
  static Set<ProcessHandle> live(String nap) {
    Set<ProcessHandle> found = new LinkedHashSet<>();
    ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(nap))
        .forEach(
            process -> {
              found.add(process);
              process.descendants().forEach(found::add);
            });
    found.remove(ProcessHandle.current());
    found.removeIf(process -> !process.isAlive());
    return found;
  }

  /** Ends whoever lives of that experiment; by pid, which the JDK checks by its start time. */
  static int end(String nap) throws InterruptedException {
    Set<ProcessHandle> ended = new LinkedHashSet<>();
    Set<ProcessHandle> live = live(nap);
    for (int look = 0; look < 200 && !live.isEmpty(); look++) {
      live.forEach(ProcessHandle::destroyForcibly);
      ended.addAll(live);
      Thread.sleep(10);
      live = live(nap);
    }
    return ended.size();
  }

  /** Ends whoever lives of any experiment. */
  static int endAll() throws InterruptedException {
    int ended = 0;
    for (String nap : NAPS) {
      ended += end(nap);
    }
    return ended;
  }

  /** Has everybody ended when this JVM ends, also by Ctrl-C in the middle of a story. */
  static void endAllAtExit() {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    endAll();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "tour-cleanup"));
  }

  /** Waits until nobody of that experiment lives. */
  static boolean awaitNone(String nap, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!live(nap).isEmpty()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      Thread.sleep(20);
    }
    return true;
  }

  /** Waits until so many of that experiment live. */
  static void awaitSome(String nap, int processes) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (live(nap).size() < processes && System.nanoTime() - end < 0) {
      Thread.sleep(10);
    }
  }
}
