/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Hooks that come and go while a boundary is crossed. Allowed: a hook takes part in a crossing or
 * not. Forbidden: {@code after} without {@code before}, {@code before} without {@code after}, twice
 * of one of them.
 */
@Tag("process")
@Timeout(120)
class HookRacesTest {

  /** What is tried: the real one, or one with a planted bug. */
  private interface Subject {
    AutoCloseable register(BoundaryHook hook) throws Exception;

    void cross() throws Exception;
  }

  /** Writes down in which crossing it was called. */
  private static final class Paired implements BoundaryHook {
    private final Queue<String> wrong;
    private int open;

    Paired(Queue<String> wrong) {
      this.wrong = wrong;
    }

    @Override
    public void before(BoundaryContext context) {
      if (++open != 1) {
        wrong.add("before twice");
      }
    }

    @Override
    public void afterInParent(BoundaryContext context, BoundaryOutcome outcome) {
      if (--open != 0) {
        wrong.add("after without before");
        open = 0;
      }
    }

    void check() {
      if (open != 0) {
        wrong.add("before without after");
      }
    }
  }

  private final Subject real =
      new Subject() {
        @Override
        public AutoCloseable register(BoundaryHook hook) {
          return Boundary.register(HookRacesTest.this, hook);
        }

        @Override
        public void cross() throws Exception {
          Boundary.cross(context -> 1);
        }
      };

  @Test
  void shouldCallAfterExactlyIfBefore() throws Exception {
    assertEquals(List.of(), race(real, 3_000));
  }

  /** The planted bug: the list is read anew for the second half. */
  @Test
  void shouldFindABoundaryThatReadsItsListTwice() throws Exception {
    List<BoundaryHook> hooks = new CopyOnWriteArrayList<>();
    Subject planted =
        new Subject() {
          @Override
          public AutoCloseable register(BoundaryHook hook) {
            hooks.add(hook);
            return () -> hooks.remove(hook);
          }

          @Override
          public void cross() throws Exception {
            BoundaryContext context = BoundaryContext.empty("planted");
            for (BoundaryHook hook : hooks) {
              hook.before(context);
            }
            Thread.yield();
            for (BoundaryHook hook : hooks) {
              hook.afterInParent(context, BoundaryOutcome.CROSSED);
            }
          }
        };
    List<String> found = List.of();
    for (int i = 0; i < 200 && found.isEmpty(); i++) { // the others may not have come to run
      found = race(planted, 3_000);
    }
    assertFalse(found.isEmpty());
  }

  /** Two threads register and close, one crosses; gives back what was forbidden. */
  private static List<String> race(Subject subject, int crossings) throws Exception {
    Queue<String> wrong = new ConcurrentLinkedQueue<>();
    Queue<Paired> all = new ConcurrentLinkedQueue<>();
    CountDownLatch done = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      Thread thread =
          new Thread(
              () -> {
                while (done.getCount() > 0) {
                  Paired hook = new Paired(wrong);
                  all.add(hook);
                  try (AutoCloseable registered = subject.register(hook)) {
                    Thread.yield();
                  } catch (Exception e) {
                    wrong.add(e.toString());
                  }
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (int i = 0; i < crossings; i++) {
      subject.cross();
    }
    done.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    all.forEach(Paired::check);
    return new ArrayList<>(wrong);
  }
}
