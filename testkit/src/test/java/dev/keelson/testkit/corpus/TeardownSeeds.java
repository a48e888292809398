/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import static dev.keelson.testkit.corpus.Seed.OWN;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.LeakKind;
import dev.keelson.testkit.LeakScope;
import dev.keelson.testkit.schedule.HastyPipe;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Programs that end what they started, and leave a part of it. */
final class TeardownSeeds {

  private static final String SHELL_AND_SLEEPER = "sleep 4711 & echo up; wait";

  private TeardownSeeds() {}

  static List<Seed> all() {
    return List.of(
        Seed.of(
            "kills the shell and not what the shell runs",
            "zeroturnaround/zt-exec#20",
            Trials.leaving(
                LeakKind.SURVIVOR, TeardownSeeds::killsTheShell, TeardownSeeds::endsTheTree),
            "sleep 4711",
            "escaped"),
        Seed.of(
            "asks a child to end and does not look whether it did",
            OWN,
            Trials.leaving(
                LeakKind.SURVIVOR,
                scope -> deaf(scope).destroy(),
                scope -> {
                  Process process = deaf(scope);
                  process.destroy();
                  if (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly().waitFor();
                  }
                }),
            "sleep 4712",
            "running child"),
        Seed.of(
            "leaves the first command of a pipeline when the second cannot be started",
            "JDK-8289643",
            Trials.leaving(
                LeakKind.SURVIVOR, TeardownSeeds::startsHalf, TeardownSeeds::startsHalfAndEndsIt),
            "sleep 4713",
            "running child"),
        Seed.of(
            "uses a descriptor by its number while the teardown gives it back",
            "golang/go#67641",
            Trials.scheduled(HastyPipe::wrong, HastyPipe::right),
            "read of a descriptor that was given back",
            "pipe.looked"),
        Seed.of(
            "leaves a daemon in a session of its own",
            "generalaction/emdash#2110",
            Trials.leaving(
                LeakKind.SURVIVOR,
                scope -> {
                  Process process = sh(scope, "setsid sleep 4714 >/dev/null 2>&1 & echo up");
                  up(process);
                  process.waitFor();
                },
                scope -> {
                  Process process = sh(scope, "echo up; exec setsid sleep 4714");
                  up(process);
                  process.destroyForcibly().waitFor();
                }),
            "sleep 4714",
            "escaped"),
        Seed.of(
            "eats the interrupt that was to stop it",
            "lsfusion/platform#1715",
            Trials.leaving(LeakKind.THREAD, () -> stop(false), () -> stop(true)),
            "\"worker\"",
            "TeardownSeeds.runOne"));
  }

  static Process sh(LeakScope scope, String script) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", script);
    builder.environment().putAll(scope.environment());
    return builder.start();
  }

  private static void up(Process process) throws IOException {
    if (!"up".equals(process.inputReader().readLine())) {
      throw new IllegalStateException("it is not up");
    }
  }

  private static void killsTheShell(LeakScope scope) throws Exception {
    Process process = sh(scope, SHELL_AND_SLEEPER);
    up(process);
    process.destroyForcibly().waitFor();
  }

  private static void endsTheTree(LeakScope scope) throws Exception {
    Command command =
        Command.of("sh", "-c", SHELL_AND_SLEEPER).env(scope.environment()).stdout(Stdout.pipe());
    try (Child child = command.start()) {
      int unused = child.stdout().read();
    }
  }

  private static Process deaf(LeakScope scope) throws IOException {
    Process process = sh(scope, "trap '' TERM; echo up; exec sleep 4712");
    up(process);
    return process;
  }

  private static void startsHalf(LeakScope scope) throws IOException {
    Process first = sh(scope, "exec sleep 4713");
    try {
      new ProcessBuilder("/no/such/program").start();
    } catch (IOException e) {
      first.getInputStream().close(); // told the user
    }
  }

  private static void startsHalfAndEndsIt(LeakScope scope) throws Exception {
    Process first = sh(scope, "exec sleep 4713");
    try {
      new ProcessBuilder("/no/such/program").start();
    } catch (IOException e) {
      first.destroyForcibly().waitFor();
    }
  }

  /** A worker that runs commands until it is told to stop. */
  private static void stop(boolean keepsTheInterrupt) throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch close = new CountDownLatch(1);
    Thread worker =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted() && close.getCount() > 0) {
                runOne(running, close, keepsTheInterrupt);
              }
            },
            "worker");
    worker.start();
    Litter.closeLater(close::countDown);
    running.await();
    worker.interrupt();
  }

  /** The command never ends by itself. */
  private static void runOne(
      CountDownLatch running, CountDownLatch command, boolean keepsTheInterrupt) {
    try {
      running.countDown();
      command.await();
    } catch (InterruptedException e) {
      // the command is ended here
      if (keepsTheInterrupt) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
