/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandFailedException;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.LaunchException;
import dev.keelson.process.Launcher;
import dev.keelson.process.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;

/**
 * Commands from several threads at once, some of which cannot be started and some of which are
 * killed: what is left afterwards.
 */
final class S5ManyLaunches implements Story {

  private static final int THREADS = 4;
  private static final int ROUNDS = 6;
  private static final int PLACES = 4;
  private static final int COMMANDS = 60;
  private static final String MISSING = "no-such-program-on-this-machine";

  @Override
  public String id() {
    return "S5";
  }

  @Override
  public String title() {
    return "commands from several threads, with failing starts and kills";
  }

  @Override
  public void tell(Stage stage) throws Exception {
    stage.say(
        THREADS
            + " threads, "
            + ROUNDS
            + " rounds each: a start that fails, a tree of 3 that is killed, a command that nobody"
            + " reads.");
    Experiment threads = new Experiment(stage, Duration.ofSeconds(10));
    Experiment.Ending jdk =
        threads.run("ProcessBuilder", nap -> fromThreads(() -> plainRound(nap)));
    Experiment.Ending keelson = threads.runPatiently("Command", S5ManyLaunches::onLauncher);
    threads.report();
    stage.row(
        THREADS * ROUNDS + " rounds on " + THREADS + " threads", jdk.brief(), keelson.brief());
    stage.wound(jdk.after().survivors() > 0, "killing a process leaves its tree");
    stage.expect(keelson.after().survivors() == 0, "a closed child leaves no tree");
    stage.expect(keelson.after().zombies() == 0, "every child is reaped");

    stage.say(
        COMMANDS
            + " commands at once with runAsync, on a launcher with maxConcurrent("
            + PLACES
            + "): every fourth is missing, fails or is too slow.");
    Experiment async = new Experiment(stage, Duration.ofSeconds(20));
    Experiment.Ending unlimited = async.run("ProcessBuilder", S5ManyLaunches::startAll);
    Experiment.Ending limited = async.runPatiently("runAsync", S5ManyLaunches::runAll);
    async.report();
    stage.row(COMMANDS + " commands at once", unlimited.answer(), limited.answer());
    stage.wound(live(unlimited) > PLACES, "nothing limits how many run at once");
    stage.expect(
        limited.answer().startsWith("saw " + PLACES + " live"), "maxConcurrent is kept, and used");
    stage.expect(limited.after().survivors() == 0, "a timeout leaves no tree");
  }

  /** How many lived at once, as an answer says. */
  private static int live(Experiment.Ending ending) {
    return ending.hung() ? 0 : Integer.parseInt(ending.answer().split(" ")[1]);
  }

  private static String tree(String nap) {
    return "sleep " + nap + " & sleep " + nap + " & wait";
  }

  /** The same thing on several threads, several times; how it went is counted. */
  private static String fromThreads(Callable<String> round) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<String>> rounds = new ArrayList<>();
      for (int i = 0; i < THREADS * ROUNDS; i++) {
        rounds.add(pool.submit(round));
      }
      Map<String, Integer> answers = new TreeMap<>();
      for (Future<String> each : rounds) {
        answers.merge(each.get(), 1, Integer::sum);
      }
      return answers.toString();
    } finally {
      pool.shutdownNow();
    }
  }

  // broken

  private static String plainRound(String nap) throws Exception {
    try {
      new ProcessBuilder(MISSING).start();
    } catch (IOException e) {
      // as expected
    }
    Process tree = new ProcessBuilder("/bin/sh", "-c", tree(nap)).start();
    Process unread = new ProcessBuilder("/bin/sh", "-c", "echo nobody reads this").start();
    Thread.sleep(20);
    tree.destroyForcibly().waitFor();
    return "exit " + unread.waitFor();
  }

  /** All at once; a limit would be one more thing to write, and to get right. */
  private static String startAll(String nap) throws Exception {
    List<Process> processes = new ArrayList<>();
    Map<String, Integer> kinds = new TreeMap<>();
    long most = 0;
    for (int i = 0; i < COMMANDS; i++) {
      try {
        processes.add(new ProcessBuilder(words(i, nap)).start());
        most = Math.max(most, processes.stream().filter(Process::isAlive).count());
      } catch (IOException e) {
        kinds.merge("missing", 1, Integer::sum);
      }
    }
    for (Process process : processes) {
      if (!process.waitFor(500, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        kinds.merge("too slow", 1, Integer::sum);
      } else {
        kinds.merge(process.exitValue() == 0 ? "ok" : "failed", 1, Integer::sum);
      }
    }
    return "saw " + most + " live, " + kinds;
  }

  // fixed

  private static String onLauncher(String nap) throws Exception {
    try (Launcher launcher = Launcher.builder().maxConcurrent(PLACES).build()) {
      return fromThreads(() -> round(launcher, nap));
    }
  }

  private static String round(Launcher launcher, String nap) throws Exception {
    try {
      launcher.run(Command.of(MISSING));
    } catch (LaunchException.CommandNotFound e) {
      // as expected
    }
    try (Child tree = launcher.start(Command.shell(tree(nap)).grace(Duration.ofMillis(200)))) {
      Thread.sleep(20);
    }
    return "exit " + launcher.run(Command.shell("echo nobody reads this")).exitCode();
  }

  private static String runAll(String nap) throws Exception {
    try (Launcher launcher = Launcher.builder().maxConcurrent(PLACES).build()) {
      List<CompletableFuture<String>> futures = new ArrayList<>();
      for (int i = 0; i < COMMANDS; i++) {
        Command command =
            Command.of(words(i, nap))
                .timeout(Duration.ofSeconds(isSlow(i) ? 1 : 15))
                .grace(Duration.ofMillis(100));
        futures.add(launcher.runAsync(command).handle(S5ManyLaunches::kind));
      }
      int most = 0;
      Map<String, Integer> kinds = new TreeMap<>();
      for (CompletableFuture<String> future : futures) {
        while (!future.isDone()) {
          Set<Child> live = new HashSet<>(launcher.children()); // no look is one moment,
          live.retainAll(launcher.children()); // but who is in both was there between them
          most = Math.max(most, live.size());
          Thread.sleep(1);
        }
        kinds.merge(future.join(), 1, Integer::sum);
      }
      return "saw " + most + " live, " + kinds;
    }
  }

  private static boolean isSlow(int i) {
    return i % 12 == 11;
  }

  private static List<String> words(int i, String nap) {
    if (isSlow(i)) {
      return List.of("/bin/sh", "-c", "sleep " + nap + " & wait");
    }
    return switch (i % 12) {
      case 3 -> List.of(MISSING);
      case 7 -> List.of("/bin/sh", "-c", "exit 3");
      default -> List.of("/bin/sh", "-c", "sleep 0.1; echo " + i);
    };
  }

  private static String kind(@Nullable Result result, @Nullable Throwable thrown) {
    if (result != null) {
      return "ok";
    } else if (thrown instanceof LaunchException.CommandNotFound) {
      return "missing";
    } else if (thrown instanceof CommandFailedException) {
      return "failed";
    } else if (thrown instanceof CommandTimedOutException) {
      return "too slow";
    }
    return String.valueOf(thrown);
  }
}
