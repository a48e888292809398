/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hazards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.process.Capabilities.Level;
import dev.keelson.process.ExitStatus;
import dev.keelson.process.Guarantee;
import dev.keelson.process.Launcher;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Hazards of exits, zombies and pids. */
class ExitHazardsTest extends HazardSuite {

  @Test
  void h13ShouldTellASignalFromACode() throws Exception {
    ExitStatus code = launcher().run(sh("exit 137").anyExit()).status();
    ExitStatus signal = launcher().run(sh("kill -9 $$").anyExit()).status();

    assertEquals(new ExitStatus.Exited(137), code);
    if (launcher().capabilities().of(Guarantee.EXACT_STATUS).level() == Level.KEPT) {
      assertNotEquals(code, signal);
    }
    for (int each : new int[] {127, 255}) {
      assertEquals(
          new ExitStatus.Exited(each), launcher().run(sh("exit " + each).anyExit()).status());
    }
    record(
        "H13",
        SOON,
        () ->
            "exit 137 gives "
                + plainSh("exit 137").start().waitFor()
                + ", kill -9 gives "
                + plainSh("kill -9 $$").start().waitFor());
  }

  @Test
  void h14ShouldTellExitCodesWhenTheJvmWasStartedWithSigchldIgnored() throws Exception {
    String said =
        JvmProbe.of(SurroundingsProbe.class, dir.resolve("out").toString(), "exit")
            .byShell("trap '' CHLD; exec \"$@\"")
            .run();

    assertEquals("exit code 7", SurroundingsProbe.answer(dir.resolve("out"), "exit", said));
  }

  @Test
  void h15ShouldSpareTheNewOwnerOfAPid() throws Exception {
    assumeTrue(JvmProbe.canChoosePids(), "no pids can be chosen in a namespace here");
    String engine = Launcher.system().capabilities().engine();

    String said = JvmProbe.of(RecycledPidProbe.class, engine).inPidNamespace().run();

    assertTrue(said.contains("keelson: the victim lives\n"), said);
    record("H15 Process", SOON, () -> line(said, "process: "));
    record("H15 ProcessHandle.of(pid)", SOON, () -> line(said, "handle: "));
  }

  @Test
  void h17ShouldSayWhatIsKnownWhenTheStatusWasTakenByOthers() throws Exception {
    String said = JvmProbe.of(StolenStatusProbe.class).run();

    assertTrue(said.contains("keelson: "), said);
    record("H17", SOON, () -> line(said, "process: "));
    record("H17 through Keelson", SOON, () -> line(said, "keelson: "));
  }

  @Test
  void h18ShouldReapItsOwnChildrenWhereTheJvmIsTheFirstProcess() throws Exception {
    assumeTrue(JvmProbe.canChoosePids(), "no pid namespace can be made here");

    String said = JvmProbe.of(FirstProcessProbe.class).inPidNamespace().run();

    assertTrue(said.contains("own children unreaped: 0\n"), said);
    record("H18", Duration.ofSeconds(1), () -> line(said, "adopted orphans unreaped: "));
  }

  private static String line(String said, String start) {
    return said.lines()
        .filter(line -> line.startsWith(start))
        .findFirst()
        .orElse("nothing said: " + said);
  }
}
