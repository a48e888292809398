/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
class ChildProgramLifeTest {

  private static final ChildProgram NEW = ChildProgram.create();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 127, 128, 137, 255})
  void shouldExitWithAnyCode(int code) throws Exception {
    try (ProgramRun run = ProgramRun.of(NEW.exit(code).print("never"))) {
      assertEquals(code, run.exit());
      assertEquals("", run.out());
    }
  }

  @Test
  void shouldDieByAnySignal() throws Exception {
    Map<String, Integer> signals =
        Map.of("KILL", 9, "TERM", 15, "SIGSEGV", 11, "QUIT", 3, "PIPE", 13, "ABRT", 6);
    for (Map.Entry<String, Integer> signal : signals.entrySet()) {
      try (ProgramRun run = ProgramRun.of(NEW.dieBy(signal.getKey()))) {
        assertEquals(128 + signal.getValue(), run.exit(), signal.getKey());
      }
    }
  }

  @Test
  void shouldDieOfASignalWhenItIgnoredItBefore() throws Exception {
    try (ProgramRun run = ProgramRun.of(NEW.ignoring("TERM").dieBy("TERM"))) {
      assertEquals(128 + 15, run.exit());
    }
  }

  @Test
  void shouldStayOneProcessWhenRunningForEver() throws Exception {
    try (ProgramRun run = ProgramRun.of(NEW.print("ready").runForever())) {
      run.awaitOut("ready");
      Await.soon().until("it is sleep", () -> Procs.commandLine(run.info.pid()).equals("sleep 60"));
      assertTrue(Procs.children(run.info.pid()).isEmpty());
      assertTrue(Procs.signal(run.info, "TERM"));
      assertEquals(128 + 15, run.exit());
    }
  }

  @Test
  void shouldSurviveIgnoredSignals() throws Exception {
    ChildProgram program = NEW.ignoring("TERM", "INT", "HUP").print("ready").runForever();
    try (ProgramRun run = ProgramRun.of(program)) {
      run.awaitOut("ready");
      for (String name : List.of("TERM", "INT", "HUP")) {
        assertTrue(Procs.signal(run.info, name), name);
      }
      String ignored = Procs.status(run.info.pid(), "SigIgn").orElseThrow();
      assertEquals(0x4003, Long.parseUnsignedLong(ignored, 16) & 0x4003);
      assertTrue(Procs.isAlive(run.info));
      assertTrue(Procs.kill(run.info));
      assertEquals(128 + 9, run.exit());
    }
  }

  @Test
  void shouldRunItsHandlerOnEachSignalAndGoOn() throws Exception {
    ChildProgram program =
        NEW.onSignal("USR1", on -> on.sleep(ofMillis(300)).print("it's 100% usr\n"))
            .onSignal("TERM", on -> on.print("bye\n").exit(7))
            .print("ready\n")
            .runForever();
    try (ProgramRun run = ProgramRun.of(program)) {
      run.awaitOut("ready\n");
      assertTrue(Procs.signal(run.info, "USR1"));
      run.awaitOut("it's 100% usr\n");
      assertTrue(Procs.signal(run.info, "USR1"));
      run.awaitOut("it's 100% usr\nit's 100% usr\n");
      assertTrue(Procs.signal(run.info, "TERM"));
      assertEquals(7, run.exit());
      assertTrue(run.out().endsWith("bye\n"), run.out());
    }
  }

  @Test
  void shouldTakeASignalAgainWhenRestored() throws Exception {
    ChildProgram program = NEW.ignoring("TERM").restoring("TERM").print("ready").runForever();
    try (ProgramRun run = ProgramRun.of(program)) {
      run.awaitOut("ready");
      assertTrue(Procs.signal(run.info, "TERM"));
      assertEquals(128 + 15, run.exit());
    }
  }

  @Test
  void shouldEndAtTheSafetyLimitWhenRunningForEver() throws Exception {
    ChildProgram quiet = NEW.safetyLimit(ofSeconds(1)).ignoring("TERM").runForever();
    ChildProgram handling =
        NEW.safetyLimit(ofSeconds(1)).onSignal("TERM", on -> on.print("x")).runForever();
    for (ChildProgram program : List.of(quiet, handling)) {
      try (ProgramRun run = ProgramRun.of(program)) {
        assertEquals(0, run.exit());
      }
    }
  }

  @Test
  void shouldLeaveNothingForLongWhenKilledInTheMiddle() throws Exception {
    try (ProgramRun run = ProgramRun.of(NEW.print("ready").sleep(ofSeconds(50)).print("never"))) {
      run.awaitOut("ready");
      List<ProcInfo> helpers =
          Await.soon()
              .value("a nap", () -> Procs.children(run.info.pid()), found -> !found.isEmpty());
      assertTrue(Procs.kill(run.info));
      assertEquals(128 + 9, run.exit());
      for (ProcInfo helper : helpers) {
        Await.soon().until("the nap ends", () -> Procs.isGone(helper));
      }
    }
  }
}
