/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import static dev.keelson.testkit.corpus.Seed.OWN;

import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.LaunchException;
import dev.keelson.process.Stdin;
import dev.keelson.testkit.FakeLauncher;
import dev.keelson.testkit.HangReports;
import dev.keelson.testkit.LeakKind;
import dev.keelson.testkit.LeakScope;
import dev.keelson.testkit.StartFailure;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Programs that launch others, and do it wrong. */
final class LaunchSeeds {

  private LaunchSeeds() {}

  static List<Seed> all() {
    return List.of(
        Seed.of(
            "waits for the end of a child before it reads the child's output",
            "oshi/oshi#95",
            Trials.timingOut(WaitsFirst.class, ReadsFirst.class),
            "LaunchSeeds$WaitsFirst.output",
            "waitFor",
            "child process pid"),
        Seed.of(
            "leaves the child when its answer cannot be parsed",
            "scala-native/scala-native#1968",
            Trials.leaving(LeakKind.SURVIVOR, LaunchSeeds::parses, LaunchSeeds::parsesAndEnds),
            "sleep 4701",
            "running child"),
        Seed.of(
            "leaves the log of a child open that could not be started",
            "brettwooldridge/NuProcess#119",
            Trials.leaving(
                LeakKind.DESCRIPTOR, LaunchSeeds::logsNothing, LaunchSeeds::logsNothingAndCloses),
            "/dev/null"),
        Seed.of(
            "takes a command apart at its spaces",
            "openrewrite/rewrite-static-analysis#976",
            Trials.launching(
                LaunchSeeds::expectCommit,
                fake -> fake.run(Command.of(List.of("git commit -m 'two words'".split(" ")))),
                fake -> fake.run(Command.of("git", "commit", "-m", "two words"))),
            "unexpected launch: git commit -m",
            "nearest: git commit -m 'two words'"),
        Seed.of(
            "gives up where a program is busy for a moment",
            "kiota-community/kiota-java-extra#391",
            Trials.launching(
                LaunchSeeds::expectBusyCompiler,
                LaunchSeeds::compilesOnce,
                LaunchSeeds::compilesUntilItCan),
            "1 registered command was not launched",
            "protoc"),
        Seed.of(
            "leaves the input of a child that asks for a password empty",
            "adamw7/tools#429",
            Trials.launching(
                fake -> fake.on("git", "credential", "fill").expectStdin("host=h\n").exit(0),
                fake -> fake.run(Command.of("git", "credential", "fill").anyExit()),
                fake ->
                    fake.run(
                        Command.of("git", "credential", "fill").stdin(Stdin.text("host=h\n")))),
            "host=h"),
        Seed.of(
            "asks for the version twice, as it throws the first answer away",
            OWN,
            Trials.launching(
                fake -> fake.on("git", "--version").stdout("git version 2\n").exit(0),
                fake -> {
                  fake.run(Command.of("git", "--version"));
                  fake.run(Command.of("git", "--version"));
                },
                fake -> fake.run(Command.of("git", "--version"))),
            "unexpected launch: git --version"),
        Seed.of(
                "starts a raw process",
                OWN,
                Trials.keepingTheRule(Raw.class, Careful.class),
                "LaunchSeeds$Raw.go",
                "LaunchSeeds.java:")
            .inWholeRuns(),
        Seed.of(
                "takes exit code 137 for the kill of a process out of memory",
                OWN,
                Trials.launching(
                    fake -> fake.on("make").exit(137),
                    fake -> wasKilled(fake.run(Command.of("make").anyExit()).exitCode()),
                    fake -> fake.run(Command.of("make").anyExit()).status()),
                "")
            .missedBecause("no tool knows what a program means by a number"));
  }

  /** What the child of both tests does; it is started before the time counts. */
  abstract static class Talking {
    Process process;

    @BeforeEach
    void start() throws IOException {
      process = new ProcessBuilder("head", "-c", "200000", "/dev/zero").start();
    }

    @AfterEach
    void end() {
      process.destroyForcibly();
    }
  }

  /** The test of a program that hangs on a full pipe. */
  @ExtendWith(HangReports.class)
  static class WaitsFirst extends Talking {
    @Test
    @Timeout(value = 2_500, unit = TimeUnit.MILLISECONDS) // ample to come to the wait
    void output() throws Exception {
      process.waitFor();
      process.getInputStream().readAllBytes();
    }
  }

  /** The same, the other way round. */
  @ExtendWith(HangReports.class)
  static class ReadsFirst extends Talking {
    @Test
    @Timeout(60)
    void output() throws Exception {
      process.getInputStream().readAllBytes();
      process.waitFor();
    }
  }

  private static void parses() throws IOException {
    Process process = new ProcessBuilder("sleep", "4701").start();
    try {
      Integer.parseInt("no answer");
      process.destroy();
    } catch (NumberFormatException e) {
      // told the user
    }
  }

  private static void parsesAndEnds() throws IOException {
    Process process = new ProcessBuilder("sleep", "4701").start();
    try {
      Integer.parseInt("no answer");
    } catch (NumberFormatException e) {
      // told the user
    } finally {
      process.destroy();
    }
  }

  private static void logsNothing() throws IOException {
    OutputStream log = Litter.closeLater(new FileOutputStream("/dev/null"));
    try {
      Process process = new ProcessBuilder("/no/such/program").start();
      process.getInputStream().transferTo(log);
      log.close();
    } catch (IOException e) {
      // told the user
    }
  }

  private static void logsNothingAndCloses() throws IOException {
    try (OutputStream log = new FileOutputStream("/dev/null")) {
      Process process = new ProcessBuilder("/no/such/program").start();
      process.getInputStream().transferTo(log);
    } catch (IOException e) {
      // told the user
    }
  }

  private static void expectCommit(FakeLauncher fake) {
    fake.on("git", "commit", "-m", "two words").exit(0);
  }

  private static void expectBusyCompiler(FakeLauncher fake) {
    fake.on("protoc").failsToStart(StartFailure.TEXT_FILE_BUSY).then().exit(0);
  }

  private static void compilesOnce(FakeLauncher fake) throws Exception {
    try {
      fake.run(Command.of("protoc"));
    } catch (LaunchException e) {
      // told the user
    }
  }

  private static void compilesUntilItCan(FakeLauncher fake) throws Exception {
    while (true) {
      try {
        fake.run(Command.of("protoc"));
        return;
      } catch (LaunchException e) {
        // again
      }
    }
  }

  private static boolean wasKilled(int exitCode) {
    return exitCode == 137;
  }

  /** Never run. */
  static final class Raw {
    Process go() throws IOException {
      return new ProcessBuilder("true").start();
    }
  }

  /** Never run. */
  static final class Careful {
    int go(LeakScope scope) throws CommandException, InterruptedException {
      return Command.of("true").env(scope.environment()).run().exitCode();
    }
  }
}
