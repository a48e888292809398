/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.testkit.ScheduleError;
import dev.keelson.testkit.Schedules;
import dev.keelson.testkit.stress.Size;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A bug that takes one switch at the right place, planted in each of six protocols, is found and
 * can be had again; what does the same rightly is not accused.
 */
@Tag("process")
class PlantedBugsTest {

  private static final int MOST_SCHEDULES = 2_000;
  private static final int REPLAYS = 100;

  enum Protocol {
    LOCK(HastyLock::wrong, HastyLock::right),
    WAKE(HastyWaker::wrong, HastyWaker::right),
    CLEANUP(HastyCleanup::wrong, HastyCleanup::right),
    LINK(HastyLink::wrong, HastyLink::right),
    PIPE(HastyPipe::wrong, HastyPipe::right),
    USER(HastyCache::wrong, HastyCache::right);

    final Schedules.Scenario wrong;
    final Schedules.Scenario right;

    Protocol(Schedules.Scenario wrong, Schedules.Scenario right) {
      this.wrong = wrong;
      this.right = right;
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldFindTheBugAndReplayItEachTime(Protocol protocol) {
    for (int seed = 1; seed <= Size.of(3, 100); seed++) {
      ScheduleError found =
          failing(Schedules.pct(2).iterations(MOST_SCHEDULES).seed(seed), protocol.wrong);
      assertTrue(found.getMessage().contains("it fails again in the same way"), found.getMessage());
      for (int i = 0; i < (seed == 1 ? REPLAYS : 1); i++) {
        ScheduleError again = failing(Schedules.replay(found.token()), protocol.wrong);
        assertEquals(found.token(), again.token(), again.getMessage());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldFindItByChanceToo(Protocol protocol) {
    failing(Schedules.random().iterations(MOST_SCHEDULES), protocol.wrong);
  }

  private static ScheduleError failing(Schedules schedules, Schedules.Scenario scenario) {
    return assertThrows(ScheduleError.class, () -> schedules.check(scenario));
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotAccuseWhatIsRight(Protocol protocol) throws Exception {
    int schedules = Size.of(150, 20_000);
    Schedules.pct(3).iterations(schedules).check(protocol.right);
    Schedules.random().iterations(schedules).check(protocol.right);
  }
}
