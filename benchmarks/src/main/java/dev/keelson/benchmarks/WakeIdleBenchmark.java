/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.wake.SignalRoute;
import dev.keelson.wake.SignalRouter;
import dev.keelson.wake.WaitSet;
import dev.keelson.wake.Waker;
import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Wakers, a set and a route with nothing to do: how often their threads get a core. */
final class WakeIdleBenchmark {

  private static final Path TASKS = Path.of("/proc/self/task");

  private WakeIdleBenchmark() {}

  static void run(Options options) throws Exception {
    int seconds = options.number("seconds", 60);
    try (Selector selector = Selector.open();
        Waker parked = Waker.create();
        Waker selecting = Waker.on(selector);
        WaitSet set = WaitSet.create();
        SignalRoute route = SignalRouter.on("USR1").to(parked, 1)) {
      Set<String> before = switches().keySet();
      Thread[] owners = {
        new Thread(parked::awaitUninterruptibly, "idle-parked"),
        new Thread(selecting::awaitUninterruptibly, "idle-selects"),
        new Thread(
            () -> {
              try {
                set.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            "idle-set")
      };
      for (Thread owner : owners) {
        owner.start();
      }
      Thread.sleep(2_000);
      Map<String, Long> began = switches();
      Thread.sleep(seconds * 1_000L);
      Map<String, Long> ended = switches();
      Set<String> ours = new HashSet<>(began.keySet());
      ours.removeAll(before);
      long count = 0;
      for (String task : ours) {
        count += ended.getOrDefault(task, 0L) - began.getOrDefault(task, 0L);
      }
      System.out.println(
          "wake-idle threads="
              + ours.size()
              + " switches="
              + count
              + " bar=0 "
              + options.settings());
      parked.close();
      selecting.close();
      set.close();
      for (Thread owner : owners) {
        owner.join();
      }
      if (route.count() != 0) {
        throw new AssertionError("a signal came");
      }
    }
  }

  /** Of each thread that is not the JVM's own. */
  private static Map<String, Long> switches() throws IOException {
    Map<String, Long> all = new TreeMap<>();
    try (Stream<Path> tasks = Files.list(TASKS)) {
      for (Path task : tasks.toList()) {
        List<String> lines = Files.readAllLines(task.resolve("status"));
        long count = 0;
        boolean ours = false;
        for (String line : lines) {
          if (line.startsWith("Name:")) {
            ours = line.contains("idle-") || line.contains("keelson");
          } else if (line.contains("ctxt_switches")) {
            count += Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
          }
        }
        if (ours) {
          all.put(task.toString(), count);
        }
      }
    }
    return all;
  }
}
