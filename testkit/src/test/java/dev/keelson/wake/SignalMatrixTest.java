/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.process.Command;
import dev.keelson.process.ExitStatus;
import dev.keelson.testkit.stress.JvmUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Real signals to JVMs that were started in every way that matters. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class SignalMatrixTest {

  private static final List<String> SIGNALS =
      List.of("HUP", "INT", "TERM", "USR1", "WINCH", "USR2", "QUIT", "BUS", "PIPE", "KILL", "SEGV");
  private static final Set<String> RESERVED = Set.of("USR2", "QUIT", "BUS", "PIPE", "KILL", "SEGV");

  @BeforeEach
  void nothingInherited() {
    for (int number : new int[] {1, 2, 15}) {
      assumeFalse(
          SignalProbe.isIgnored(number),
          "these tests were started with signal " + number + " ignored, and so would their JVMs");
    }
  }

  private static JvmUnderTest start(List<String> wrapper, String... options) throws Exception {
    return JvmUnderTest.start(
        wrapper, System.getProperty("java.class.path"), SignalMain.class, options);
  }

  /** As a shell tells it: the portable engine knows no other way. */
  private static int exit(JvmUnderTest jvm) throws InterruptedException {
    return jvm.child().await() instanceof ExitStatus.Exited exited
        ? exited.code()
        : 128 + ((ExitStatus.Signaled) jvm.child().await()).signal();
  }

  /** Tries every signal; what is not reserved and not in {@code not} must come. */
  private static void matrix(JvmUnderTest jvm, Set<String> not, SignalSupport why, boolean raise)
      throws Exception {
    for (String signal : SIGNALS) {
      SignalSupport expected =
          RESERVED.contains(signal)
              ? SignalSupport.VM_RESERVED
              : not.contains(signal) ? why : SignalSupport.OK;
      assertEquals(expected.name(), jvm.tell("support " + signal), signal);
      if (expected == SignalSupport.OK) {
        assertEquals("ok", jvm.tell("route " + signal), signal);
        if (raise) {
          jvm.tell("raise " + signal);
        } else {
          assertTrue(jvm.child().signal(signal));
        }
        assertEquals("SIGNALLED 0x1 1", jvm.tell("await"), signal);
        jvm.tell("close");
      } else {
        String answer = jvm.tell("route " + signal);
        assertTrue(answer.startsWith("refused: "), signal + ": " + answer);
      }
    }
  }

  @Test
  void shouldRouteWhatTheJvmDoesNotKeep() throws Exception {
    try (JvmUnderTest jvm = start(List.of())) {
      matrix(jvm, Set.of(), SignalSupport.OK, false);
      // The place is given back: the JVM's own handler ends it.
      jvm.child().signal("TERM");
      assertEquals(143, exit(jvm));
    }
  }

  @Test
  void shouldSayThatTheJvmHandlesNoSignalsWhenItRunsWithXrs() throws Exception {
    try (JvmUnderTest jvm = start(List.of(), "-Xrs")) {
      matrix(jvm, Set.of("HUP", "INT", "TERM", "USR1", "WINCH"), SignalSupport.XRS, false);
    }
  }

  @Test
  void shouldSayThatHangUpIsIgnoredWhenStartedByNohup() throws Exception {
    try (JvmUnderTest jvm = start(List.of("nohup"))) {
      matrix(jvm, Set.of("HUP"), SignalSupport.IGNORED_BY_PARENT, false);
    }
  }

  @Test
  void shouldSayThatInterruptIsIgnoredWhenStartedInTheBackgroundOfAScript() throws Exception {
    try (JvmUnderTest jvm = start(List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh"))) {
      matrix(jvm, Set.of("INT"), SignalSupport.IGNORED_BY_PARENT, false);
    }
  }

  @Test
  void shouldRouteWhenAFlightIsRecorded() throws Exception {
    String recording =
        "-XX:StartFlightRecording:filename=" + System.getProperty("java.io.tmpdir") + "/s.jfr";
    try (JvmUnderTest jvm = start(List.of(), recording, "-Xlog:disable")) {
      matrix(jvm, Set.of(), SignalSupport.OK, false);
    }
  }

  @Test
  void shouldKnowThatTheJvmDoesNotTakeEverySignalThatItIsToldToStopThreadsBy() throws Exception {
    try (JvmUnderTest jvm = start(List.of("env", "_JAVA_SR_SIGNUM=5"))) {
      assertEquals(SignalSupport.RISKY.name(), jvm.tell("support TRAP"));
      assertEquals(SignalSupport.VM_RESERVED.name(), jvm.tell("support USR2"));
    }
  }

  @Test
  void shouldRouteWhenItIsTheFirstProcessOfANamespace() throws Exception {
    List<String> wrapper =
        List.of("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child");
    assumeTrue(
        Command.of(wrapper).args("true").timeout(Duration.ofSeconds(20)).anyExit().run().exitCode()
            == 0,
        "no namespaces can be made here");
    try (JvmUnderTest jvm = start(wrapper)) {
      matrix(jvm, Set.of(), SignalSupport.OK, true);
    }
  }

  @Test
  void shouldHaltOnTheSecondSignalAlthoughTheFirstIsStillBeingHandled() throws Exception {
    try (JvmUnderTest jvm = start(List.of())) {
      jvm.tell("second INT");
      jvm.tell("raise INT");
      jvm.child().signal("INT");
      assertEquals(42, exit(jvm));
    }
  }

  @Test
  void shouldEndTheJvmWhenTheBudgetIsUsedUp() throws Exception {
    try (JvmUnderTest jvm = start(List.of())) {
      jvm.tell("budget TERM");
      jvm.child().signal("TERM");
      assertEquals(143, exit(jvm));
    }
  }

  @Test
  void shouldRunTheShutdownHooksWhenItIsDoneWithinTheBudget() throws Exception {
    try (JvmUnderTest jvm = start(List.of())) {
      jvm.tell("after TERM");
      jvm.child().signal("TERM");
      assertEquals("SIGNALLED 0x1 1", jvm.tell("await"));
      assertEquals("ok", jvm.tell("done"));
      assertEquals("hook", jvm.answer());
      assertEquals(143, exit(jvm));
    }
  }

  @Test
  void shouldEndWhenAnActionExits() throws Exception {
    try (JvmUnderTest jvm = start(List.of())) {
      jvm.tell("exit TERM");
      jvm.child().signal("TERM");
      assertEquals(7, exit(jvm));
    }
  }
}
