/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random operations by one to three threads, one at a time, against a specification that is nothing
 * but {owner, holds, generation} and who was deprived of it.
 */
@Tag("process")
@Timeout(120)
class LockModelTest {

  private static final boolean FULL = "full".equals(System.getProperty("keelson.stress"));
  private static final int RUNS = FULL ? 2_000 : 60;
  private static final int STEPS = 120;

  /** What a lock is, without any thread. */
  private static final class Model {
    int owner = -1;
    int holds;
    int generation;
    final Deque<Integer> deprived = new ArrayDeque<>(); // the last eight

    String lock(int who) {
      if (owner >= 0 && owner != who) {
        return "false";
      }
      owner = who;
      holds++;
      return "true";
    }

    String unlock(int who) {
      if (owner != who) {
        return deprived.contains(who) ? "lost" : "not mine";
      }
      if (--holds == 0) {
        owner = -1;
      }
      return "ok";
    }

    String reset(int who, boolean force) {
      if (owner < 0) {
        return "NOT_HELD";
      }
      if (owner != who && !force) {
        return "alive";
      }
      deprived.add(owner);
      if (deprived.size() > 8) {
        deprived.remove();
      }
      owner = -1;
      holds = 0;
      generation++;
      return "RELEASED";
    }
  }

  @Test
  void shouldDoWhatTheSpecificationSays() throws Exception {
    long seed = Long.getLong("keelson.seed", System.nanoTime());
    List<Actor> actors = List.of(new Actor("0"), new Actor("1"), new Actor("2"));
    try {
      for (int run = 0; run < RUNS; run++) {
        play(new Random(seed + run), actors, "-Dkeelson.seed=" + (seed + run));
      }
    } finally {
      for (Actor actor : actors) {
        actor.die();
      }
    }
  }

  private static void play(Random random, List<Actor> actors, String seed) throws Exception {
    ResettableLock lock = new ResettableLock(random.nextBoolean());
    Model model = new Model();
    int threads = 1 + random.nextInt(3);
    List<String> done = new ArrayList<>();
    for (int i = 0; i < STEPS; i++) {
      int who = random.nextInt(threads);
      int what = random.nextInt(20);
      String expected;
      String was;
      Actor actor = actors.get(who);
      if (what < 9) {
        expected = model.lock(who);
        was = what < 4 ? actor.ask(() -> "" + lock.tryLock()) : actor.ask(() -> timed(lock));
      } else if (what < 17) {
        expected = model.unlock(who);
        was = actor.ask(() -> unlock(lock));
      } else {
        boolean force = what == 17;
        boolean evict = what == 18;
        expected = model.reset(who, force);
        was = actor.ask(() -> reset(lock, force, evict));
      }
      done.add(who + ":" + what + "=" + was);
      if (expected.equals("not mine") && was.equals("lost")) {
        continue; // one that was deprived long ago by force, and had not been told
      }
      assertEquals(expected, was, () -> seed + " " + done);
      check(lock, model, actors, threads, () -> seed + " " + done);
    }
  }

  private static void check(
      ResettableLock lock, Model model, List<Actor> actors, int threads, Supplier<String> history)
      throws Exception {
    assertEquals(model.owner >= 0, lock.isLocked(), history);
    assertEquals(model.generation, lock.sync.generation(), history);
    for (int t = 0; t < threads; t++) {
      assertEquals(
          model.owner == t ? model.holds : 0, lock.sync.holdsOf(actors.get(t).thread), history);
    }
    assertEquals(model.owner < 0 ? null : actors.get(model.owner).thread, lock.getOwner(), history);
  }

  private static String timed(ResettableLock lock) throws InterruptedException {
    return "" + lock.tryLock(0, TimeUnit.NANOSECONDS);
  }

  private static String unlock(ResettableLock lock) {
    try {
      lock.unlock();
      return "ok";
    } catch (LockOwnershipLostException e) {
      return "lost";
    } catch (IllegalMonitorStateException e) {
      return "not mine";
    }
  }

  private static String reset(ResettableLock lock, boolean force, boolean evict) {
    try {
      ResetOutcome outcome =
          force
              ? lock.reset(Force.YES, "model")
              : evict ? lock.evict("model") : lock.reset("model");
      return outcome.kind().toString();
    } catch (IllegalStateException e) {
      return "alive";
    }
  }
}
