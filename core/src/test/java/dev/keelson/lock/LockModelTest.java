/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random operations by one to three threads, one at a time, some of which die, against a
 * specification that is nothing but {owner, holds, generation} and who was deprived of it.
 */
@Tag("process")
@Timeout(120)
class LockModelTest {

  private static final boolean FULL = "full".equals(System.getProperty("keelson.stress"));
  private static final int RUNS = FULL ? 2_000 : 60;
  private static final int STEPS = 120;

  /** What a lock is, without any thread. */
  private static final class Model {
    static final int NOBODY = -1;
    static final int DEAD = -2;

    int owner = NOBODY;
    int holds;
    int generation;
    boolean consistent = true;
    final List<Integer> deprived = new ArrayList<>(); // the last eight

    String lock(int who) {
      if (owner == DEAD) {
        deprive();
      }
      if (owner >= 0 && owner != who) {
        return "false";
      }
      owner = who;
      holds++;
      return "true";
    }

    String unlock(int who) {
      String answer = use(who);
      if (answer.equals("ok") && --holds == 0) {
        owner = NOBODY;
      }
      return answer;
    }

    /** Of whatever only the owner may do: it keeps its holds. */
    String use(int who) {
      return owner == who ? "ok" : deprived.contains(who) ? "lost" : "not mine";
    }

    String recover() {
      if (owner != DEAD) {
        return owner == NOBODY ? "NOT_HELD" : "NOT_GONE";
      }
      deprive();
      return "RELEASED";
    }

    void die(int who) {
      if (owner == who) {
        owner = DEAD;
      }
      deprived.replaceAll(each -> each == who ? DEAD : each); // another thread has its number now
    }

    String reset(int who, boolean force) {
      if (owner == NOBODY) {
        return "NOT_HELD";
      }
      if (owner != who && owner != DEAD && !force) {
        return "alive";
      }
      deprive();
      return "RELEASED";
    }

    private void deprive() {
      consistent &= owner != DEAD;
      deprived.add(owner);
      if (deprived.size() > 8) {
        deprived.remove(0);
      }
      owner = NOBODY;
      holds = 0;
      generation++;
    }
  }

  @Test
  void shouldDoWhatTheSpecificationSays() throws Exception {
    long seed = Long.getLong("keelson.seed", System.nanoTime());
    List<Actor> actors = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      actors.add(new Actor(String.valueOf(i)));
    }
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

  @SuppressWarnings("WaitNotInLoop") // nobody is to be woken
  private static void play(Random random, List<Actor> actors, String seed) throws Exception {
    ResettableLock lock = new ResettableLock(random.nextBoolean());
    Condition condition = lock.newCondition();
    Model model = new Model();
    Thread dead = null;
    int threads = 1 + random.nextInt(3);
    List<String> done = new ArrayList<>();
    for (int i = 0; i < STEPS; i++) {
      int who = random.nextInt(threads);
      int what = random.nextInt(26);
      String expected;
      String was;
      Actor actor = actors.get(who);
      if (what < 9) {
        expected = model.lock(who);
        was = what < 4 ? actor.ask(() -> "" + lock.tryLock()) : actor.ask(() -> timed(lock));
      } else if (what < 17) {
        expected = model.unlock(who);
        was = actor.ask(() -> unlock(lock));
      } else if (what == 20) {
        expected = model.recover();
        was = actor.ask(() -> lock.recover().kind().toString());
      } else if (what == 21) {
        boolean owned = model.owner == who;
        model.die(who);
        if (owned) {
          dead = actor.thread;
        }
        actor.die();
        actors.set(who, new Actor(String.valueOf(who)));
        expected = "dead";
        was = "dead";
      } else if (what >= 22) {
        expected = model.use(who);
        model.consistent |= what == 25 && model.owner == who;
        was =
            actor.ask(
                () ->
                    use(
                        () -> {
                          switch (what) {
                            case 22 -> condition.awaitNanos(1);
                            case 23 -> condition.signalAll();
                            case 24 -> condition.await(1, TimeUnit.NANOSECONDS);
                            default -> lock.markConsistent();
                          }
                        }));
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
      Thread owner =
          model.owner == Model.NOBODY
              ? null
              : model.owner == Model.DEAD ? dead : actors.get(model.owner).thread;
      assertEquals(owner, lock.getOwner(), () -> seed + " " + done);
      check(lock, model, actors, threads, () -> seed + " " + done);
    }
  }

  private static void check(
      ResettableLock lock, Model model, List<Actor> actors, int threads, Supplier<String> history)
      throws Exception {
    assertEquals(model.owner != Model.NOBODY, lock.isLocked(), history);
    assertEquals(model.consistent, lock.isConsistent(), history);
    assertEquals(model.generation, lock.sync.generation(), history);
    for (int t = 0; t < threads; t++) {
      assertEquals(
          model.owner == t ? model.holds : 0, lock.sync.holdsOf(actors.get(t).thread), history);
    }
  }

  private static String timed(ResettableLock lock) throws InterruptedException {
    return "" + lock.tryLock(0, TimeUnit.NANOSECONDS);
  }

  private static String unlock(ResettableLock lock) throws Exception {
    return use(lock::unlock);
  }

  private static String use(Actor.Step step) throws Exception {
    try {
      step.run();
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
