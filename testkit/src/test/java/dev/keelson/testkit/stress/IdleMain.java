/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Has many live children and nothing to do, and counts how often our threads and our watchdog were
 * put on a processor meanwhile: {@code CHILDREN SECONDS [busy]}.
 */
final class IdleMain {

  /** Threads of ours, by what Linux keeps of their names. */
  private static final String OURS = "keelson";

  private static final long SETTLED_MILLIS = 3_000;

  private IdleMain() {}

  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[0]);
    long seconds = Long.parseLong(args[1]);
    List<Child> children = new ArrayList<>();
    Command sleep = Command.of("sleep", "600").stdin(Stdin.pipe());
    for (int i = 0; i < count; i++) {
      // Captured, piped or without pipes of its own: a third of each.
      children.add(
          (i % 3 == 0 ? sleep : sleep.stdout(i % 3 == 1 ? Stdout.pipe() : Stdout.discard()))
              .start());
    }
    if (args.length > 2) {
      Thread busy = new Thread(IdleMain::poll, "keelson-busy");
      busy.setDaemon(true);
      busy.start();
    }
    Set<Long> started = children.stream().map(Child::pid).collect(Collectors.toSet());
    Thread.sleep(SETTLED_MILLIS); // those that were used in the starts go to sleep
    Map<String, Long> before = switches(started);
    Thread.sleep(seconds * 1000);
    Map<String, Long> after = switches(started);
    System.out.println("watched " + after.keySet());
    after.forEach(
        (who, switches) -> {
          long more = switches - before.getOrDefault(who, 0L);
          if (more > 0) {
            System.out.println("woken " + who + " " + more);
          }
        });
    long alive = children.stream().filter(Child::isAlive).count();
    for (Child child : children) {
      child.signal("KILL");
    }
    System.out.println("alive " + alive);
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static void poll() {
    try {
      while (true) {
        Thread.sleep(100);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How often each of ours has given up a processor or lost it. */
  private static Map<String, Long> switches(Set<Long> started) throws IOException {
    Map<String, Long> all = new TreeMap<>();
    List<Path> tasks;
    try (Stream<Path> listed = Files.list(Path.of("/proc/self/task"))) {
      tasks = listed.toList();
    }
    for (Path task : tasks) {
      count(task, all, OURS);
    }
    for (ProcInfo other : Procs.children(ProcessHandle.current().pid())) {
      if (!started.contains(other.pid())) {
        count(Path.of("/proc/" + other.pid()), all, "");
      }
    }
    return all;
  }

  private static void count(Path task, Map<String, Long> all, String prefix) throws IOException {
    try {
      String status = Files.readString(task.resolve("status"), StandardCharsets.UTF_8);
      String name = status.substring("Name:\t".length(), status.indexOf('\n'));
      if (name.startsWith(prefix)) {
        long switches =
            status
                .lines()
                .filter(line -> line.contains("voluntary_ctxt_switches:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('\t') + 1)))
                .sum();
        all.put(name + "/" + task.getFileName(), switches);
      }
    } catch (NoSuchFileException gone) {
      // it ended, which is no wake-up of an idle one
    }
  }
}
