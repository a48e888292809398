/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class ChildProgramFactsTest {

  private static final ChildProgram NEW = ChildProgram.create();

  @Test
  void shouldReportArgumentsExactly() throws Exception {
    List<String> args = List.of("", " a  b ", "it's", "-n", "%s\\0", "line\nbreak", "$HOME", "*");
    try (ProgramRun run = ProgramRun.of(NEW.args(args.toArray(String[]::new)).reportArguments())) {
      assertEquals(0, run.exit());
      assertEquals(String.join("\0", args) + "\0", run.out());
    }
    try (ProgramRun run = ProgramRun.of(NEW.reportArguments())) {
      assertEquals(0, run.exit());
      assertEquals("", run.out());
    }
  }

  @Test
  void shouldReportArgumentsExactlyWhenArmedAgainstBlocking() throws Exception {
    try (ProgramRun run = ProgramRun.of(NEW.args("x y", "").readAll().reportArguments())) {
      assertEquals(0, run.exit());
      assertEquals("x y\0\0", run.out());
    }
  }

  @Test
  void shouldReportTheEnvironmentAsItArrived() throws Exception {
    ProcessBuilder builder = NEW.reportEnvironment().builder();
    builder.environment().clear();
    builder.environment().put("A", "1 2\n3");
    try (ProgramRun run = ProgramRun.of(builder)) {
      assertEquals(0, run.exit());
      assertArrayEquals("A=1 2\n3\0".getBytes(UTF_8), run.outBytes());
    }
  }

  @Test
  void shouldReportDirectory(@TempDir Path directory) throws Exception {
    ProcessBuilder builder = NEW.reportDirectory().builder().directory(directory.toFile());
    try (ProgramRun run = ProgramRun.of(builder)) {
      assertEquals(0, run.exit());
      assertEquals(directory.toRealPath() + "\n", run.out());
    }
  }

  @Test
  void shouldReportOnlyTheDescriptorsItWasGiven() throws Exception {
    for (ChildProgram program : List.of(NEW, NEW.readAll())) {
      try (ProgramRun run = ProgramRun.of(program.reportDescriptors())) {
        assertEquals(0, run.exit());
        List<String> lines =
            run.out().lines().map(line -> line.replaceFirst(" [^ ]*$", "")).toList();
        assertEquals(Set.of("fd 0", "fd 1", "fd 2"), Set.copyOf(lines), run.out());
        assertTrue(run.out().contains("fd 0 pipe:["), run.out());
      }
    }
  }

  @Test
  void shouldReportSignalMasks() throws Exception {
    for (ChildProgram program : List.of(NEW, NEW.readAll())) {
      try (ProgramRun run = ProgramRun.of(program.ignoring("USR1", "PIPE").reportSignals())) {
        assertEquals(0, run.exit());
        List<String> lines = run.out().lines().toList();
        assertEquals(3, lines.size());
        assertTrue(lines.get(0).startsWith("SigBlk: 0"), run.out());
        long ignored = Long.parseUnsignedLong(lines.get(1).substring("SigIgn: ".length()), 16);
        assertEquals(0x1200, ignored & 0x1280, "USR1 and PIPE, and not the FPE that perl ignores");
      }
    }
  }

  @Test
  void shouldReportSessionAndGroup() throws Exception {
    try (ProgramRun run = ProgramRun.of(NEW.named("a) b").reportSession())) {
      assertEquals(0, run.exit());
      ProcInfo self = Procs.self();
      assertEquals("session " + self.session() + " group " + self.group() + "\n", run.out());
    }
  }
}
