/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random chains of one thread against a specification of a few lines: the pairs that were seen, and
 * whether there is a way back. Each planted bug has to be found by the same runs.
 */
class OrderModelTest {

  private static final int RUNS = 300;
  private static final int STEPS = 60;
  private static final int NAMES = 5;
  private static final int EACH = 2;

  /** What is left out, or done wrong, between a lock and the checker. */
  enum Bug {
    NONE,
    FORGETS_UNLOCKS,
    FORGETS_RESETS,
    FORGETS_AWAITS,
    TAKES_TRIES_FOR_WAITS,
    TAKES_WAITS_FOR_TRIES,
    GIVES_TWO_NAMES_ONE_ID,
    BELIEVES_ANY_POSITION
  }

  @Test
  void shouldRefuseExactlyWhatClosesACircle() {
    long seed = Long.getLong("keelson.seed", System.nanoTime());
    assertEquals("", firstDifference(Bug.NONE, seed));
  }

  @ParameterizedTest
  @EnumSource(value = Bug.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void shouldSeeEachPlantedBug(Bug bug) {
    assertNotEquals("", firstDifference(bug, 1));
  }

  private static String firstDifference(Bug bug, long seed) {
    for (int run = 0; run < RUNS; run++) {
      String difference = new Play(bug, new Random(seed + run)).difference();
      if (!difference.isEmpty()) {
        return "-Dkeelson.seed=" + (seed + run) + " " + difference;
      }
    }
    return "";
  }

  /** One registry's life. */
  private static final class Play {
    private final Random random;
    private final ResettableLock[] locks = new ResettableLock[NAMES * EACH];
    private final Condition[] conditions = new Condition[locks.length];
    private final boolean[][] seen = new boolean[NAMES][NAMES];
    private final List<Integer> held = new ArrayList<>();
    private final List<String> done = new ArrayList<>();

    Play(Bug bug, Random random) {
      this.random = random;
      OrderChecker checker = new OrderChecker(true);
      for (int name = 0; name < NAMES; name++) {
        int id = bug == Bug.GIVES_TWO_NAMES_ONE_ID && name == 1 ? 1 : name + 1;
        LockClass kind = new LockClass("n" + name, id, false);
        for (int i = 0; i < EACH; i++) {
          LockObserver observer = new LockObserver(kind, 0, checker, SiteRecording.OFF);
          LockConfig config = new LockConfig("n" + name, false, AbandonPolicy.HEAL, false, null);
          int index = name * EACH + i;
          locks[index] = new ResettableLock(config, new Broken(observer, checker, locks, bug));
          observer.observe(locks[index].sync);
          conditions[index] = locks[index].newCondition();
        }
      }
    }

    String difference() {
      for (int step = 0; step < STEPS; step++) {
        int which = random.nextInt(locks.length);
        int what = random.nextInt(12);
        String expected;
        String was;
        if (held.contains(which)) {
          boolean ours = what < 8;
          expected = ours ? "" : what < 10 ? await(which) : "";
          was = ours ? unlock(which) : what < 10 ? outcome(() -> awaitNow(which)) : reset(which);
        } else {
          boolean tries = what < 3;
          expected = tries ? "" : ask(which);
          was = outcome(() -> take(which, tries));
          if (was.isEmpty()) {
            held.add(which);
          }
        }
        done.add(which + ":" + what + (was.isEmpty() ? "" : "!"));
        if (!expected.equals(was)) {
          return "expected \"" + expected + "\", was \"" + was + "\" after " + done;
        }
      }
      return "";
    }

    private static String outcome(Runnable step) {
      try {
        step.run();
        return "";
      } catch (LockOrderException e) {
        return "refused";
      }
    }

    private void take(int which, boolean tries) {
      if (!tries) {
        locks[which].lock();
      } else if (!locks[which].tryLock()) {
        throw new IllegalStateException("nobody else is there");
      }
    }

    private String unlock(int which) {
      locks[which].unlock();
      held.remove((Integer) which);
      return "";
    }

    private String reset(int which) {
      locks[which].reset("model");
      held.remove((Integer) which);
      return "";
    }

    private void awaitNow(int which) {
      try {
        if (conditions[which].await(1, TimeUnit.NANOSECONDS)) {
          throw new IllegalStateException("nobody signals");
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    // ---- the specification

    /** As if it were asked for after all others; if that is right, it is the last one from then. */
    private String await(int which) {
      if (held.get(held.size() - 1) == which) {
        return "";
      }
      held.remove((Integer) which);
      String answer = ask(which);
      held.add(which);
      return answer;
    }

    private String ask(int which) {
      int asked = which / EACH;
      for (int i = held.size() - 1; i >= 0; i--) { // the order in which they are put in counts
        int from = held.get(i) / EACH;
        if (from == asked || isReachable(asked, from, new HashSet<>())) {
          return "refused";
        }
        seen[from][asked] = true;
      }
      return "";
    }

    private boolean isReachable(int from, int to, Set<Integer> met) {
      for (int next = 0; next < NAMES; next++) {
        if (seen[from][next] && met.add(next) && (next == to || isReachable(next, to, met))) {
          return true;
        }
      }
      return false;
    }
  }

  /** Passes on what the lock says, but for the bug. */
  private static final class Broken extends LockWatch {
    private final LockObserver observer;
    private final OrderChecker checker;
    private final ResettableLock[] locks;
    private final Bug bug;

    Broken(LockObserver observer, OrderChecker checker, ResettableLock[] locks, Bug bug) {
      this.observer = observer;
      this.checker = checker;
      this.locks = locks;
      this.bug = bug;
    }

    @Override
    void acquiring(boolean mayBlock) {
      boolean waits = bug == Bug.TAKES_TRIES_FOR_WAITS || mayBlock;
      observer.acquiring(bug != Bug.TAKES_WAITS_FOR_TRIES && waits);
    }

    @Override
    void notAcquired() {
      observer.notAcquired();
    }

    @Override
    void acquired(boolean waited) {
      observer.acquired(waited);
      Position here = checker.waitedFor(observer);
      if (bug == Bug.BELIEVES_ANY_POSITION && here != null) {
        CheckedSync other = (CheckedSync) locks[0].sync;
        LockObserver first = ((Broken) Objects.requireNonNull(other.watch())).observer;
        if (first != observer) {
          other.remember(here.chain.next(first)); // which nobody has proved
        }
      }
    }

    @Override
    void releasing() {
      if (bug != Bug.FORGETS_UNLOCKS) {
        observer.releasing();
      }
    }

    @Override
    void awaiting() {
      if (bug != Bug.FORGETS_AWAITS) {
        observer.awaiting();
      }
    }

    @Override
    void resetBy() {
      if (bug != Bug.FORGETS_RESETS) {
        observer.resetBy();
      }
    }
  }
}
