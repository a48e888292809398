/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.process.Capabilities;
import dev.keelson.process.Command;
import dev.keelson.process.Guarantee;
import dev.keelson.process.Launcher;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.ChildProgram;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** One chapter of the contract: a launcher on the engine in question, and cleaning up by pid. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 10_000)
@Timeout(60)
abstract class ContractSuite {

  /** What nothing may take that is not waiting for something much longer. */
  static final Duration SOON = Duration.ofSeconds(30);

  /** What a child does that must be ended, long enough to tell an ending from an end. */
  static final String SLEEP = "exec sleep 40";

  @TempDir Path dir;

  private final List<Launcher> launchers = new ArrayList<>();
  private final List<ProcInfo> noted = new ArrayList<>();

  private EngineSubject subject;

  /** Skips what failed for want of something that the engine has not got. */
  @RegisterExtension
  final TestExecutionExceptionHandler excuse =
      (context, failure) -> {
        String missing = subject().missing().get();
        if (!missing.isEmpty() && !(failure instanceof TestAbortedException)) {
          throw new TestAbortedException("needs a real process: " + missing);
        }
        throw failure;
      };

  @RegisterExtension
  final AfterTestExecutionCallback passed =
      context -> {
        if (context.getExecutionException().isEmpty()) {
          subject().passed().run();
        }
      };

  /** The engine that the enclosing class holds to the contract. */
  EngineSubject subject() {
    if (subject == null) {
      subject = newSubject();
    }
    return subject;
  }

  private EngineSubject newSubject() {
    try {
      EngineContract contract =
          (EngineContract) getClass().getEnclosingClass().getDeclaredConstructor().newInstance();
      return contract.subject();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The launcher of this test. */
  Launcher launcher() {
    return launchers.isEmpty() ? launcher(builder()) : launchers.get(0);
  }

  /** A launcher that is closed when the test is over. */
  Launcher launcher(Launcher.Builder builder) {
    Launcher launcher = builder.build();
    launchers.add(launcher);
    return launcher;
  }

  Launcher.Builder builder() {
    return subject().builder().get();
  }

  /** Skips the rest where the engine says that it does not keep this. */
  void requires(Guarantee guarantee) {
    Capabilities.Support support = launcher().capabilities().of(guarantee);
    assumeTrue(
        support.level() == Capabilities.Level.KEPT,
        () -> guarantee + " is " + support.level() + ": " + support.reason());
  }

  boolean keeps(Guarantee guarantee) {
    return launcher().capabilities().of(guarantee).level() == Capabilities.Level.KEPT;
  }

  /** Skips the rest where processes are in no process table. */
  void requiresProcessTable() {
    assumeFalse(subject().isFake(), "a fake process is in no process table");
  }

  static Command sh(String script) {
    return Command.of("/bin/sh", "-c", script);
  }

  static Command program(ChildProgram program) {
    return Command.of(program.command());
  }

  /** Remembers a process, to be killed in the end. */
  ProcInfo note(long pid) {
    requiresProcessTable();
    ProcInfo process = Procs.find(pid).orElseThrow();
    noted.add(process);
    return process;
  }

  /** Remembers the process whose pid a child writes into a file as its only line. */
  ProcInfo noteFrom(Path file) throws InterruptedException {
    requiresProcessTable();
    String pid =
        Await.within(SOON)
            .value("a pid in " + file, () -> Files.readString(file), text -> text.endsWith("\n"));
    return note(Long.parseLong(pid.strip()));
  }

  static void awaitGone(ProcInfo process) throws InterruptedException {
    Await.within(SOON).until(process.describe() + " is gone", () -> Procs.isGone(process));
  }

  /** Who was sent KILL may take a moment to go where the machine is busy. */
  static void awaitDead(long pid) throws InterruptedException {
    Await.within(SOON).until(Procs.commandLine(pid) + " is dead", () -> !Procs.isAlive(pid));
  }

  /** Likewise. */
  static void awaitDead(ProcInfo process) throws InterruptedException {
    Await.within(SOON).until(process.describe() + " is dead", () -> !Procs.isAlive(process));
  }

  static void awaitFile(Path file) throws InterruptedException {
    Await.within(SOON).until(file + " exists", () -> Files.exists(file));
  }

  static void assertWithin(Duration limit, long since) {
    Duration took = Duration.ofNanos(System.nanoTime() - since);
    assertTrue(took.compareTo(limit) < 0, () -> "took " + took.toMillis() + " ms");
  }

  @AfterEach
  void tidyUp() throws InterruptedException {
    for (ProcInfo process : noted) {
      Procs.kill(process);
      Await.soon().until(process + " is dead", () -> !Procs.isAlive(process));
    }
    launchers.forEach(Launcher::close);
    subject().end().run();
  }
}
