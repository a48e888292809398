/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.Launcher;
import dev.keelson.process.Teardown;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.TornDown;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A deadline is kept whatever the child, its children and the user's own code do. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 8_000) // the orphans that a drain leaves alone end by themselves
class DeadlineTest {

  /**
   * What our code may take. In a build, where others work beside this, a teardown of some
   * milliseconds of processor time waits for its turns; the probe sees one turn and not all, so
   * there the time in which processors were short counts as a stall.
   */
  private static final long ALLOWANCE =
      TimeUnit.MILLISECONDS.toNanos(
          Size.isFull() && Launcher.system().capabilities().engine().equals("linux") ? 100 : 250);

  /** A caller waits for so long, and its looks are milliseconds apart if it is not stalled. */
  private static final long STALLED = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long NEVER_OVER = TimeUnit.SECONDS.toNanos(1);

  @Test
  void shouldReturnInTimeWhateverTheAdversaryDoes() throws Exception {
    long seed = Size.seed();
    Random random = new Random(seed);
    Adversary[] all = Adversary.values();
    Map<Adversary, Long> worst = new EnumMap<>(Adversary.class);
    int rounds = Size.of(28, 2_000);
    try (StallProbe probe = new StallProbe()) {
      Launcher.system().run(Command.of("true")); // the guard's start is no part of a deadline
      for (int round = 0; round < rounds; round++) {
        Adversary adversary = all[round % all.length];
        Duration deadline = Duration.ofMillis(20 + random.nextInt(200));
        Duration grace = Duration.ofMillis(random.nextInt(3) * random.nextInt(100));
        boolean async = random.nextInt(3) == 0;
        String what =
            adversary + ", round " + round + " of seed " + seed + ", " + deadline + " + " + grace;

        long over = overrun(adversary, deadline, grace, async, probe, what);

        worst.merge(adversary, TimeUnit.NANOSECONDS.toMillis(over), Math::max);
      }
    }
    System.out.printf(
        "%d deadlines, seed %d: the latest answers, ms after deadline, grace and stall: %s%n",
        rounds, seed, worst);
  }

  private static long overrun(
      Adversary adversary,
      Duration deadline,
      Duration grace,
      boolean async,
      StallProbe probe,
      String what)
      throws Exception {
    try (Adversary.Blocker blocker = new Adversary.Blocker()) {
      Command command = adversary.command(blocker).timeout(deadline).grace(grace);
      probe.reset();
      long start = System.nanoTime();
      CommandTimedOutException e = timedOut(command, async, what);
      long took = System.nanoTime() - start;
      long stall = Math.max(probe.nanos(), Size.isFull() ? 0 : probe.shortageNanos());
      long late = took - deadline.toNanos() - grace.toNanos();
      long over = late - stall;
      assertTrue(
          over <= ALLOWANCE && (late <= NEVER_OVER || stall > NEVER_OVER - ALLOWANCE),
          () ->
              what
                  + ": "
                  + TimeUnit.NANOSECONDS.toMillis(over)
                  + " ms late, longest stall "
                  + TimeUnit.NANOSECONDS.toMillis(stall)
                  + " ms"
                  + (async ? " async, " : " ")
                  + e.result());
      if (!adversary.mayEscape()) {
        Optional<Teardown> teardown = e.result().teardown();
        if (stall < STALLED) { // else it may have forked between two looks that were far apart
          assertEquals(List.of(), teardown.map(Teardown::escaped).orElse(List.of()), what);
        }
        if (teardown.isPresent()) {
          TornDown.awaitEnd(teardown.get());
        }
      }
      return over;
    }
  }

  private static CommandTimedOutException timedOut(Command command, boolean async, String what) {
    if (!async) {
      return assertThrows(CommandTimedOutException.class, command::run, what);
    }
    ExecutionException e =
        assertThrows(
            ExecutionException.class, () -> command.runAsync().get(60, TimeUnit.SECONDS), what);
    return assertInstanceOf(CommandTimedOutException.class, e.getCause(), what);
  }
}
