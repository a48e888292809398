/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("process")
class ProcsTest {

  @Test
  void shouldParseANameFullOfParentheses() {
    ProcInfo info =
        ProcInfo.parse("42 (a) b) S (\n) S 7 5 6 0 -1 4 1 2 3 4 5 6 7 8 9 10 11 12 9876 0 0\n");
    assertEquals(new ProcInfo(42, 7, 'S', 5, 6, 9876, "a) b) S (\n"), info);
  }

  @Test
  void shouldSeeItself() {
    ProcInfo self = Procs.self();
    assertEquals(ProcessHandle.current().pid(), self.pid());
    assertTrue(self.isAlive());
    assertEquals(
        ProcessHandle.current().parent().map(ProcessHandle::pid), Optional.of(self.parent()));
    assertTrue(Procs.all().stream().anyMatch(self::isSameProcess));
    assertTrue(Procs.commandLine(self.pid()).contains("java"));
  }

  @Test
  void shouldSeeAChildWithItsEnvironment() throws Exception {
    ProcessBuilder builder = ChildProgram.create().runForever().builder();
    builder.environment().put("MARK", "a=b é");
    try (ProgramRun run = ProgramRun.of(builder)) {
      ProcInfo child = run.info;
      // It becomes one program after the other, and has no environment in between.
      Optional<String> mark = Optional.of("a=b é");
      Await.soon().until("exec", () -> mark.equals(Procs.environment(child.pid(), "MARK")));
      assertTrue(Procs.environment(child.pid(), "MAR").isEmpty());
      assertTrue(Procs.children(Procs.self().pid()).stream().anyMatch(child::isSameProcess));
      assertTrue(Procs.signal(child, "STOP"));
      Await.soon().until("stopped", () -> Procs.find(child.pid()).orElseThrow().state() == 'T');
      assertTrue(Procs.isAlive(child));
      assertTrue(Procs.kill(child));
      assertEquals(128 + 9, run.exit());
      Await.soon().until("gone", () -> Procs.isGone(child));
      assertFalse(Procs.signal(child, "TERM"));
    }
  }

  @Test
  void shouldNotSignalAnotherProcessWithTheSamePid() throws Exception {
    try (ProgramRun run = ProgramRun.of(ChildProgram.create().runForever())) {
      ProcInfo now = run.info;
      ProcInfo earlier =
          new ProcInfo(now.pid(), now.parent(), 'S', 0, 0, now.startTicks() - 1, "earlier");
      assertTrue(Procs.isGone(earlier));
      assertFalse(Procs.kill(earlier));
      assertFalse(Procs.signal(earlier, "HUP"));
      assertTrue(Procs.isAlive(now));
    }
  }

  @Test
  void shouldRefuseToSignalItselfOrInit() {
    ProcInfo self = Procs.self();
    assertThrows(IllegalArgumentException.class, () -> Procs.signal(self, "TERM"));
    ProcInfo init = new ProcInfo(1, 0, 'S', 0, 0, 0, "init");
    assertThrows(IllegalArgumentException.class, () -> Procs.kill(init));
  }

  @Test
  void shouldFindNothingWhenThePidIsFree() {
    long none = 1L << 40;
    assertTrue(Procs.find(none).isEmpty());
    assertEquals("", Procs.commandLine(none));
    assertTrue(Procs.environment(none).isEmpty());
    assertTrue(Procs.descriptors(none).isEmpty());
    assertFalse(Procs.isAlive(none));
    assertFalse(Procs.isZombie(none));
  }
}
