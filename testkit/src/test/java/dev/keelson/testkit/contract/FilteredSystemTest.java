/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.keelson.internal.linux.Kernels;
import dev.keelson.process.Guarantee;
import dev.keelson.testkit.engines.TestEngines;
import dev.keelson.testkit.hazards.JvmProbe;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Under a real filter of system calls, as containers have them: what is chosen there, and that it
 * does what its table says.
 */
@Tag("process")
@Timeout(120)
@EnabledIf("isThisLanes")
class FilteredSystemTest {

  static boolean isThisLanes() {
    return Kernels.whyNot().isEmpty();
  }

  /** What takes its time, or starts JVMs. */
  private static final Set<Guarantee> LONG =
      EnumSet.of(Guarantee.NO_THREAD_PER_CHILD, Guarantee.HELD_PIPE_POLICY, Guarantee.ORPHAN_GUARD);

  private static final boolean WHOLE = "full".equals(System.getProperty("keelson.stress"));

  /**
   * A filter and what is to come of it.
   *
   * @param rules what is refused, and how
   * @param engine what is chosen
   * @param tried whether the table is executed in a slice, too
   * @param unprovable of which row the proof itself needs what is refused
   */
  record Filter(String rules, String engine, boolean tried, Set<Guarantee> unprovable) {

    Filter(String rules, String engine) {
      this(rules, engine, false, Set.of());
    }

    String[] what() {
      List<String> args = new ArrayList<>(List.of(rules));
      if (WHOLE || !tried) {
        args.add("core");
      }
      if (WHOLE || tried) {
        for (Guarantee guarantee : Guarantee.values()) {
          if (!unprovable.contains(guarantee) && (WHOLE || !LONG.contains(guarantee))) {
            args.add(guarantee.name());
          }
        }
      }
      return args.toArray(new String[0]);
    }

    @Override
    public String toString() {
      return rules;
    }
  }

  static Stream<Filter> filters() {
    Stream<Filter> tiers =
        Stream.of(
            new Filter("clone3=ENOSYS,close_range=EPERM", "linux"),
            new Filter("setsid=EPERM", TestEngines.PIDFDS, true, Set.of(Guarantee.COOKIE)),
            new Filter("pidfd_open=ENOSYS", "portable"));
    Stream<Filter> others =
        Stream.of(
            new Filter("clone3=ENOSYS", "linux"),
            new Filter("close_range=ENOSYS", "linux"),
            new Filter("pidfd_open=EPERM", "portable"),
            new Filter("pidfd_send_signal=ENOSYS", "portable"),
            new Filter("waitid=EINVAL", "portable"));
    return WHOLE ? Stream.concat(tiers, others) : tiers;
  }

  @ParameterizedTest
  @MethodSource("filters")
  void shouldKeepWhatItsTableSaysWhereTheSystemRefusesCalls(Filter filter) throws Exception {
    String said = JvmProbe.of(FilteredMain.class, filter.what()).run();

    requireFilters(said);
    assertTrue(said.contains("engine: " + filter.engine() + "\n"), said);
    assertTrue(said.contains(", failed: 0\n"), said);
  }

  /** Neither could a thread be started then; what needs none says why it fails. */
  @Test
  void shouldSayThatItWasRefusedWhereProcessesAreRefusedLater() throws Exception {
    String said = JvmProbe.of(FilteredMain.class, "clone3=EPERM", "late").run();

    requireFilters(said);
    assertFalse(said.contains("started"), said);
    assertEquals(3, said.lines().filter("Refused 1"::equals).count(), said);
    assertTrue(said.contains("children: 0\n"), said);
  }

  private static void requireFilters(String said) {
    assumeFalse(
        said.contains("system call") && said.contains("answers"), () -> "no filter here: " + said);
  }
}
