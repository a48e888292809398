/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static dev.keelson.testkit.Grandchild.CLEARED_ENVIRONMENT;
import static dev.keelson.testkit.Grandchild.DAEMON;
import static dev.keelson.testkit.Grandchild.HOLDS_STDERR;
import static dev.keelson.testkit.Grandchild.HOLDS_STDIN;
import static dev.keelson.testkit.Grandchild.HOLDS_STDOUT;
import static dev.keelson.testkit.Grandchild.OWN_SESSION;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class ChildProgramForksTest {

  private static final ChildProgram NEW = ChildProgram.create();
  private static final ChildProgram SLEEPER = NEW.named("sleeper").runForever();

  @Test
  void shouldReportItselfAndItsGrandchildren() throws Exception {
    ChildProgram program =
        NEW.reportPid().grandchild(SLEEPER).grandchild(SLEEPER).reportGrandchildren().runForever();
    try (ProgramRun run = ProgramRun.of(program)) {
      List<ProcInfo> pids = run.reported(3);
      assertEquals(run.info.pid(), pids.get(0).pid());
      assertEquals(
          Set.of(pids.get(1).pid(), pids.get(2).pid()),
          Set.copyOf(Procs.children(run.info.pid()).stream().map(ProcInfo::pid).toList()));
      assertEquals(pids.get(1).session(), pids.get(0).session());
    }
  }

  @Test
  void shouldReportPidsIntoAFile(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("pids");
    ChildProgram inner = NEW.reportPid(file).exit(0);
    try (ProgramRun run =
        ProgramRun.of(NEW.reportPid(file).grandchild(inner).awaitGrandchildren())) {
      assertEquals(0, run.exit());
      List<Long> pids = ChildProgram.pids(Files.readString(file));
      assertEquals(2, pids.size());
      assertEquals(run.info.pid(), pids.get(0));
    }
  }

  @Test
  void shouldHoldOnlyTheStreamsItWasTold() throws Exception {
    for (Grandchild holds : List.of(HOLDS_STDIN, HOLDS_STDOUT, HOLDS_STDERR)) {
      for (Grandchild how : List.of(DAEMON, OWN_SESSION)) {
        shouldHoldOnly(holds, how);
      }
    }
  }

  private static void shouldHoldOnly(Grandchild holds, Grandchild how) throws Exception {
    ChildProgram program =
        NEW.grandchild(SLEEPER, holds, how).reportPid().reportGrandchildren().runForever();
    try (ProgramRun run = ProgramRun.of(program)) {
      ProcInfo grandchild = run.reported(2).get(1);
      Await.soon()
          .until("it sleeps", () -> Procs.commandLine(grandchild.pid()).startsWith("sleep"));
      Map<Integer, String> own = Procs.descriptors(run.info.pid());
      // A program opens more while it loads.
      Map<Integer, String> its =
          Await.soon()
              .value(
                  "three descriptors",
                  () -> Procs.descriptors(grandchild.pid()),
                  found -> found.keySet().equals(Set.of(0, 1, 2)));
      List<Grandchild> order = List.of(HOLDS_STDIN, HOLDS_STDOUT, HOLDS_STDERR);
      for (int fd = 0; fd < 3; fd++) {
        String expected = order.get(fd) == holds ? own.get(fd) : "/dev/null";
        assertEquals(expected, its.get(fd), holds + " " + how + " fd " + fd);
      }
    }
  }

  @Test
  void shouldLeadItsOwnSessionWithAClearedEnvironment() throws Exception {
    ChildProgram program =
        NEW.grandchild(SLEEPER, OWN_SESSION, CLEARED_ENVIRONMENT)
            .reportGrandchildren()
            .runForever();
    ProcessBuilder builder = program.builder();
    builder.environment().put("KEELSON_TEST_MARK", "1");
    try (ProgramRun run = ProgramRun.of(builder)) {
      ProcInfo first = run.reported(1).get(0);
      ProcInfo grandchild =
          Await.soon()
              .value(
                  "a leader", () -> Procs.now(first).orElseThrow(), ChildProgramForksTest::leads);
      Await.soon().until("it sleeps", () -> Procs.commandLine(first.pid()).startsWith("sleep"));
      assertEquals(run.info.pid(), grandchild.parent());
      // It becomes sleep, and has no environment in between.
      Await.soon()
          .until(
              "its own is as it was",
              () -> Procs.environment(run.info.pid(), "KEELSON_TEST_MARK").isPresent());
      assertTrue(Procs.environment(grandchild.pid(), "KEELSON_TEST_MARK").isEmpty());
    }
  }

  private static boolean leads(ProcInfo process) {
    return process.session() == process.pid();
  }

  @Test
  void shouldBeAdoptedWhenDaemon() throws Exception {
    ChildProgram program =
        NEW.grandchild(SLEEPER, DAEMON, OWN_SESSION).reportGrandchildren().exit(4);
    try (ProgramRun run = ProgramRun.of(program)) {
      assertEquals(4, run.exit());
      ProcInfo daemon = run.reported(1).get(0);
      assertNotEquals(run.info.pid(), daemon.parent());
      assertTrue(Procs.isAlive(daemon));
      assertTrue(Procs.kill(daemon));
      Await.soon().until("reaped by its adopter", () -> !Procs.isAlive(daemon));
    }
  }

  @Test
  void shouldIgnoreTermInAGrandchild() throws Exception {
    ChildProgram stubborn = NEW.ignoring("TERM").print("ready\n").runForever();
    ChildProgram program =
        NEW.grandchild(stubborn, HOLDS_STDOUT).reportGrandchildren().runForever();
    try (ProgramRun run = ProgramRun.of(program)) {
      run.awaitOut("ready");
      ProcInfo grandchild = run.reported(1).get(0);
      assertTrue(Procs.signal(grandchild, "TERM"));
      assertTrue(Procs.signal(run.info, "TERM"));
      assertEquals(128 + 15, run.exit());
      assertTrue(Procs.isAlive(grandchild));
    }
  }

  @Test
  void shouldForkExactlySoManyInAStormAndEnd() throws Exception {
    try (ProgramRun run =
        ProgramRun.of(NEW.forkStorm(40, ofSeconds(20)).reportPid().runForever())) {
      Await.soon().value("the storm", () -> living(run), found -> found.size() == 40);
      assertTrue(Procs.kill(run.info));
    }
    try (ProgramRun run = ProgramRun.of(NEW.forkStorm(5, ofMillis(100)).awaitGrandchildren())) {
      assertEquals(0, run.exit());
    }
  }

  private static List<ProcInfo> living(ProgramRun run) {
    return Procs.descendants(run.info.pid()).stream().filter(ProcInfo::isAlive).toList();
  }

  @Test
  void shouldMoveOnInAChain(@TempDir Path directory) throws Exception {
    Path gate = directory.resolve("gate");
    ProcessBuilder builder = NEW.forkChain(200, ofSeconds(20)).awaitFile(gate).builder();
    builder.environment().put("KEELSON_TEST_CHAIN", "" + System.nanoTime());
    String mark = builder.environment().get("KEELSON_TEST_CHAIN");
    try (ProgramRun run = ProgramRun.of(builder)) {
      ProcInfo last =
          Await.within(ofSeconds(30)).present("the last of the chain", () -> sleeper(mark));
      assertNotEquals(run.info.pid(), last.parent());
      assertTrue(Procs.kill(last));
      Files.createFile(gate);
      assertEquals(0, run.exit());
    }
  }

  private static Optional<ProcInfo> sleeper(String mark) {
    return Procs.all().stream()
        .filter(process -> Procs.commandLine(process.pid()).equals("sleep 20"))
        .filter(
            process ->
                Procs.environment(process.pid(), "KEELSON_TEST_CHAIN")
                    .filter(mark::equals)
                    .isPresent())
        .findFirst();
  }
}
