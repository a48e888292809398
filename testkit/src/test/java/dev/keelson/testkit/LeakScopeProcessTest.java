/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static dev.keelson.testkit.Grandchild.CLEARED_ENVIRONMENT;
import static dev.keelson.testkit.Grandchild.DAEMON;
import static dev.keelson.testkit.Grandchild.OWN_SESSION;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class LeakScopeProcessTest {

  private static final LeakPolicy PROCESSES =
      LeakPolicy.standard().only(LeakKind.SURVIVOR, LeakKind.ZOMBIE).within(ofMillis(200));

  private static final ChildProgram SLEEPER = ChildProgram.create().named("sleeper").runForever();
  private static final ChildProgram ESCAPER =
      ChildProgram.create().grandchild(SLEEPER, DAEMON, OWN_SESSION).reportGrandchildren();

  @Test
  void shouldNameARunningChild() throws Exception {
    LeakScope oracle = LeakScope.open(PROCESSES);
    String script = "read -r line\n" + "# a long script\n".repeat(50);
    try (ProgramRun run = ProgramRun.of(new ProcessBuilder("sh", "-c", script, "the", "culprit"))) {
      LeakError error = assertThrows(LeakError.class, oracle::assertNoLeaks);
      String message = String.valueOf(error.getMessage());
      assertTrue(message.startsWith("1 survivor leaked by "), message);
      assertTrue(message.contains("SURVIVOR pid " + run.info.pid() + " (start "), message);
      assertTrue(message.contains("culprit: running child, age "), message);
      assertTrue(message.contains("quarantine: killed [pid " + run.info.pid()), message);
      Await.soon().until("it is dead", () -> !Procs.isAlive(run.info));
      oracle.within(ofSeconds(20)).assertNoLeaks(); // the JDK has to reap it
    }
  }

  @Test
  void shouldNameARunningGrandchild() throws Exception {
    LeakScope oracle = LeakScope.open(PROCESSES);
    ChildProgram program = ChildProgram.create().grandchild(SLEEPER).reportGrandchildren();
    try (ProgramRun run = ProgramRun.of(program.runForever())) {
      ProcInfo grandchild = run.reported(1).get(0);
      List<Leak> leaks = oracle.check().leaks(LeakKind.SURVIVOR);
      assertEquals(2, leaks.size(), leaks.toString());
      Leak leak = leaks.stream().filter(one -> isFor(one, grandchild)).findFirst().orElseThrow();
      assertEquals("running descendant, parent " + run.info.pid(), leak.state());
    }
  }

  @Test
  void shouldBeCleanWhenTheChildHasEndedAndWasReaped() throws Exception {
    LeakScope oracle = LeakScope.open(LeakPolicy.standard());
    try (ProgramRun run = ProgramRun.of(ChildProgram.create().exit(3))) {
      assertEquals(3, run.exit());
    }
    oracle.assertNoLeaks();
  }

  @Test
  void shouldWaitForAChildThatIsAboutToEnd() throws Exception {
    LeakScope oracle = LeakScope.open(PROCESSES).within(ofSeconds(20));
    try (ProgramRun run = ProgramRun.of(ChildProgram.create().sleep(ofMillis(300)))) {
      oracle.assertNoLeaks();
      assertEquals(0, run.exit());
    }
  }

  @Test
  void shouldNotBlameWhatWasThereBefore() throws Exception {
    try (ProgramRun run = ProgramRun.of(SLEEPER)) {
      LeakScope.open(PROCESSES).assertNoLeaks();
      assertTrue(Procs.isAlive(run.info));
    }
  }

  @Test
  void shouldKnowAnEscapedProcessByItsScopeVariable() throws Exception {
    LeakScope oracle = LeakScope.open(PROCESSES);
    ProcessBuilder builder = ESCAPER.builder();
    builder.environment().putAll(oracle.environment());
    assertEscaped(oracle, builder, "its scope variable");
  }

  /** A cookie is a pid, digits that tell the JVM, and a counter; a look at a child teaches them. */
  @Test
  void shouldKnowAnEscapedProcessByItsCookie() throws Exception {
    String jvm = "4711-" + UUID.randomUUID().toString().replace("-", "");
    ProcessBuilder child = SLEEPER.builder();
    child.environment().put("KEELSON_ID", jvm + "-1");
    LeakScope oracle;
    try (ProgramRun run = ProgramRun.of(child)) {
      Await.soon().until("it runs", () -> isSleeping(run.info));
      oracle = LeakScope.open(PROCESSES);
    }
    ProcessBuilder builder = ESCAPER.builder();
    builder.environment().put("KEELSON_ID", jvm + "-23");
    assertEscaped(oracle, builder, "its cookie");
  }

  private static void assertEscaped(LeakScope oracle, ProcessBuilder builder, String evidence)
      throws Exception {
    try (ProgramRun run = ProgramRun.of(builder)) {
      assertEquals(0, run.exit());
      ProcInfo escaped = run.reported(1).get(0);
      Await.soon().until("it runs", () -> isSleeping(escaped));
      LeakError error = assertThrows(LeakError.class, oracle::assertNoLeaks);
      Leak leak = error.findings().leaks().get(0);
      assertTrue(isFor(leak, escaped), error.getMessage());
      assertTrue(leak.state().startsWith("escaped, parent is now "), leak.state());
      assertTrue(leak.state().endsWith("known by " + evidence), leak.state());
      Await.soon().until("it is dead", () -> !Procs.isAlive(escaped));
    }
  }

  @Test
  void shouldKnowAnEscapedProcessByTheSessionOfOneThatKeelsonStarted() throws Exception {
    LeakScope oracle = LeakScope.open(PROCESSES);
    ChildProgram leader =
        ChildProgram.create()
            .grandchild(SLEEPER, DAEMON, CLEARED_ENVIRONMENT)
            .reportGrandchildren();
    ProcessBuilder builder = leader.builder();
    builder.command().add(0, "setsid");
    try (ProgramRun run = ProgramRun.of(builder)) {
      Creation created =
          Creations.created(Creation.Kind.PROCESS, run.process.pid(), () -> "leader");
      assertEquals(0, run.exit());
      Creations.ended(created);
      ProcInfo escaped = run.reported(1).get(0);
      Leak leak = oracle.check().leaks().get(0);
      assertTrue(isFor(leak, escaped), leak.toString());
      assertTrue(leak.state().endsWith("known by its session " + run.process.pid()), leak.state());
    }
  }

  @Test
  void shouldLeaveOtherJvmsTheirOwn() throws Exception {
    LeakScope oracle = LeakScope.open(PROCESSES);
    ProcessBuilder builder = ESCAPER.builder();
    builder.environment().put("KEELSON_ID", "0123456789abcdef01234567-1");
    try (ProgramRun run = ProgramRun.of(builder)) {
      assertEquals(0, run.exit());
      ProcInfo stranger = run.reported(1).get(0);
      Await.soon().until("it runs", () -> isSleeping(stranger));
      LeakFindings findings = oracle.check();
      assertTrue(findings.isClean(), findings.toText());
      assertTrue(findings.toText().contains("with the cookies of other JVMs"), findings.toText());
    }
  }

  @Test
  void shouldNameAZombieThatNobodyReaps(@TempDir Path directory) throws Exception {
    assertTrue(zombieReport(directory, "leave").startsWith("1 zombie leaked by "));
    String text = zombieReport(directory, "leave");
    assertTrue(text.contains("ZOMBIE pid "), text);
    assertTrue(text.contains("[sh]: zombie child, never reaped, age "), text);
    assertEquals("nothing leaked", zombieReport(directory, "none").substring(0, 14));
  }

  /** A shell that has a child and becomes a JVM: the JDK knows nothing of that child. */
  private static String zombieReport(Path directory, String what)
      throws IOException, InterruptedException {
    Path gate = directory.resolve("gate" + System.nanoTime());
    ChildProgram child = ChildProgram.create().awaitFile(gate);
    String script =
        (what.equals("none") ? "" : "sh -c \"$1\" & ") + "exec \"$2\" -cp \"$3\" \"$4\" \"$5\"";
    ProcessBuilder builder =
        new ProcessBuilder(
            "sh",
            "-c",
            script,
            "becomes-a-jvm",
            child.script(),
            System.getProperty("java.home") + "/bin/java",
            System.getProperty("java.class.path"),
            ZombieMain.class.getName(),
            gate.toString());
    try (ProgramRun run = ProgramRun.of(builder)) {
      assertEquals(0, run.exit(), run.err());
      return run.out();
    }
  }

  @Test
  void shouldIgnoreWhatKeelsonRetains() throws Exception {
    LeakScope oracle = LeakScope.open(PROCESSES);
    ChildProgram watchdog = ChildProgram.create().grandchild(SLEEPER).runForever();
    try (ProgramRun run = ProgramRun.of(watchdog)) {
      Creation creation =
          Creations.created(Creation.Kind.PROCESS, run.info.pid(), () -> "the watchdog");
      Creations.retained(creation);
      LeakFindings findings = oracle.check();
      assertTrue(findings.isClean(), findings.toText());
      assertEquals("kept by Keelson for reuse", findings.ignored().get(0).reason());
      Creations.ended(creation);
      assertFalse(oracle.check().isClean());
    }
  }

  /** Whether it is the program that it is to become; on the way it has no environment at times. */
  private static boolean isSleeping(ProcInfo process) {
    return Procs.commandLine(process.pid()).startsWith("sleep")
        && !Procs.environment(process.pid()).isEmpty();
  }

  private static boolean isFor(Leak leak, ProcInfo process) {
    return leak.process() != null && leak.process().isSameProcess(process);
  }
}
