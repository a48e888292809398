/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hazards;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.process.Launcher;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every test of hazards needs: Keelson's own launcher, and a way to meet the same hazard with
 * a plain {@link ProcessBuilder} within a bound. What that does is printed and never asserted.
 */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 10_000)
@Timeout(60)
abstract class HazardSuite {

  /** What nothing may take that is not waiting for something much longer. */
  static final Duration SOON = Duration.ofSeconds(10);

  private static final String MARK = "KEELSON_HAZARD";

  @TempDir Path dir;

  private final String mark = UUID.randomUUID().toString();
  private final List<ProcInfo> noted = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  static Command sh(String script) {
    return Command.of("/bin/sh", "-c", script);
  }

  static Launcher launcher() {
    return Launcher.system();
  }

  /** The plain builder; what it starts is killed when the test is over. */
  ProcessBuilder plain(String... command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put(MARK, mark);
    return builder;
  }

  /** The plain builder of a script. */
  ProcessBuilder plainSh(String script) {
    return plain("/bin/sh", "-c", script);
  }

  /** Does something with the plain builder and prints what came of it. */
  void record(String hazard, Duration limit, Callable<String> probe) throws InterruptedException {
    FutureTask<String> task = new FutureTask<>(probe);
    Thread thread = new Thread(task, "hazard-" + hazard);
    thread.setDaemon(true);
    threads.add(thread);
    long start = System.nanoTime();
    thread.start();
    String outcome;
    try {
      outcome = task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      outcome = "still blocked when the probe was given up";
    } catch (ExecutionException e) {
      outcome = e.getCause().toString();
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    System.out.printf(
        "hazard %s, plain ProcessBuilder on JDK %d: %s (%d ms)%n",
        hazard, Runtime.version().feature(), outcome, millis);
  }

  static void assertWithin(Duration limit, long since) {
    Duration took = Duration.ofNanos(System.nanoTime() - since);
    assertTrue(took.compareTo(limit) < 0, () -> "took " + took.toMillis() + " ms");
  }

  /** Remembers the process whose pid a child writes into a file as its only line. */
  ProcInfo noteFrom(Path file) throws InterruptedException {
    String pid =
        Await.soon()
            .value("a pid in " + file, () -> Files.readString(file), text -> text.endsWith("\n"));
    ProcInfo process = Procs.find(Long.parseLong(pid.strip())).orElseThrow();
    noted.add(process);
    return process;
  }

  /** The processes that a plain builder of this test has started, and theirs. */
  List<ProcInfo> marked() {
    List<ProcInfo> found = new ArrayList<>();
    for (ProcInfo process : Procs.all()) {
      if (process.isAlive()
          && process.pid() != ProcessHandle.current().pid()
          && Procs.environment(process.pid(), MARK).filter(mark::equals).isPresent()) {
        found.add(process);
      }
    }
    return found;
  }

  Path executable(String name, String text) throws IOException {
    Path file = Files.writeString(dir.resolve(name), text);
    assertTrue(file.toFile().setExecutable(true));
    return file;
  }

  static Map<Integer, String> ownDescriptors() {
    return Procs.descriptors(ProcessHandle.current().pid());
  }

  @AfterEach
  void tidyUp() throws InterruptedException {
    // A probe that was given up may only now come to start what it wants to start.
    for (Thread thread : threads) {
      for (int wait = 0; thread.isAlive() && wait < 300; wait++) {
        marked().forEach(Procs::kill);
        thread.join(100);
      }
    }
    for (int look = 0; look < 2; look++) {
      marked().forEach(Procs::kill);
    }
    for (ProcInfo process : noted) {
      Procs.kill(process);
      Await.soon().until(process + " is dead", () -> !Procs.isAlive(process));
    }
  }
}
