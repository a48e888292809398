/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static dev.keelson.wake.Explorer.DONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.internal.threads.Durations;
import dev.keelson.wake.Explorer.Found;
import dev.keelson.wake.Explorer.Latch;
import dev.keelson.wake.Explorer.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The protocol's real code, in every order in which a few threads can run it. */
class EveryInterleavingTest {

  /** What an owner's number says beside the reasons it was told. */
  private static final int CLOSED = 1 << 8;

  private static final int TWICE = 1 << 9;
  private static final int TIMEOUT = 1 << 12;
  private static final int LATER = 1 << 16;

  /** The actors of one exploration, and what they share. */
  private static final class Stage {
    final List<Script> actors = new ArrayList<>();
    final Explorer explorer;
    final Latch latch;
    final WakeProtocol protocol;

    Stage(boolean drained, Consumer<int[]> verdict) {
      explorer = new Explorer(actors, verdict);
      latch = explorer.new Latch(drained);
      protocol = explorer.protocol(latch);
    }

    /** Ends with the reason, or with 0 if the waker was closed. */
    Stage waker(int reason) {
      actors.add(local -> DONE | (protocol.wake(reason) == WakeResult.CLOSED ? 0 : reason));
      return this;
    }

    Stage closer() {
      actors.add(
          local -> {
            protocol.close();
            return DONE;
          });
      return this;
    }

    /** Waits until it was closed or has all of these reasons; the first waits have an end. */
    Stage owner(int until, int timeouts) {
      actors.add(
          local -> {
            long time = local / TIMEOUT < timeouts ? 0 : Durations.NEVER;
            return add(local, protocol.await(latch, time, null, true, false), until);
          });
      return this;
    }

    /** Does nothing unless it comes when it was closed. */
    Stage onceClosed(Script then) {
      actors.add(
          local -> {
            if (local != 0) {
              return then.turn(local);
            }
            return (protocol.getOpaque() & WakeWord.CLOSED) == 0 ? DONE : LATER;
          });
      return this;
    }

    /** A loop of somebody else's, in whose selector the protocol is a key. */
    Stage loop(int until) {
      actors.add(
          local -> {
            if (local == 0) {
              assertTrue(protocol.becomeKeyed(latch));
              return LATER;
            }
            latch.sleep();
            return add(local, protocol.take(), until);
          });
      return this;
    }

    static int add(int local, Wakeup wakeup, int until) {
      int now = local | wakeup.reasons();
      now |= (local & wakeup.reasons()) != 0 ? TWICE : 0;
      now += wakeup.kind() == Wakeup.Kind.TIMEOUT ? TIMEOUT : 0;
      boolean ends = wakeup.isClosed() || (now & until) == until;
      return now | (wakeup.isClosed() ? CLOSED : 0) | (ends ? DONE : 0);
    }

    int explore() {
      return explorer.explore();
    }
  }

  /** The first two are wakers, the third waits. */
  private static void toldOnce(int[] ended) {
    assertEquals(ended[0] | ended[1], ended[2] & 0xff, "reasons that were accepted, and told");
    assertEquals(0, ended[2] & TWICE, "told twice");
  }

  private static void someStates(int states) {
    assertTrue(states > 100, states + " states are too few to be all");
  }

  @Test
  void shouldLoseNothingWhenTwoWakeAndOneWaits() {
    someStates(
        new Stage(false, EveryInterleavingTest::toldOnce).waker(1).waker(2).owner(3, 0).explore());
  }

  @Test
  void shouldLoseNothingAndReleaseOnceWhenTwoWakeOneWaitsAndOneCloses() {
    Stage[] stage = new Stage[1];
    stage[0] =
        new Stage(
                false,
                ended -> {
                  toldOnce(ended);
                  assertEquals(1, stage[0].explorer.released, "releases");
                })
            .waker(1)
            .waker(2)
            .owner(4, 0)
            .closer();
    someStates(stage[0].explore());
  }

  @Test
  void shouldLetTheTokenWinWhenTheTimeEndsAsItIsWoken() {
    someStates(
        new Stage(false, EveryInterleavingTest::toldOnce).waker(1).waker(2).owner(3, 2).explore());
  }

  @Test
  void shouldReleaseOnceWhenTwoCloseAndOneWakes() {
    Stage[] stage = new Stage[1];
    stage[0] =
        new Stage(false, ended -> assertEquals(1, stage[0].explorer.released, "releases"))
            .waker(1)
            .closer()
            .owner(4, 1)
            .closer();
    someStates(stage[0].explore());
  }

  @Test
  void shouldWakeOneAndRefuseTheOtherWhenTwoWait() {
    Stage stage = new Stage(false, ended -> {});
    for (int i = 0; i < 2; i++) {
      stage.actors.add(
          local -> {
            try {
              stage.protocol.await(stage.latch, Durations.NEVER, null, true, false);
              return DONE | 1;
            } catch (IllegalStateException second) {
              return DONE | 2;
            }
          });
    }
    stage.closer(); // closed stays so: it ends every wait that is not refused
    someStates(stage.explore());
  }

  @Test
  void shouldLoseNothingWhenALoopTakesTheTokensOfAKey() {
    someStates(
        new Stage(true, EveryInterleavingTest::toldOnce).waker(1).waker(2).loop(3).explore());
  }

  @Test
  void shouldReleaseOnceWhenAKeyIsClosedAsItIsWokenAndTaken() {
    Stage[] stage = new Stage[1];
    stage[0] = new Stage(true, ended -> assertEquals(1, stage[0].explorer.released, "releases"));
    stage[0].waker(1).closer();
    stage[0].actors.add(
        local -> {
          if (local == 0) {
            return stage[0].protocol.becomeKeyed(stage[0].latch) ? LATER : DONE;
          }
          return DONE | stage[0].protocol.take().reasons();
        });
    someStates(stage[0].explore());
  }

  @Test
  void shouldReleaseOnceWhenWhatIsBeingClosedCannotBecomeAKey() {
    Stage[] stage = new Stage[1];
    stage[0] = new Stage(false, ended -> assertEquals(1, stage[0].explorer.released, "releases"));
    stage[0].waker(1).closer();
    stage[0].actors.add(
        local -> {
          try {
            stage[0].protocol.await(stage[0].latch, Durations.NEVER, null, true, false);
          } catch (IllegalStateException keyed) {
            // the other was first
          }
          return DONE;
        });
    stage[0].actors.add(local -> stage[0].protocol.becomeKeyed(stage[0].latch) ? DONE | 1 : DONE);
    someStates(stage[0].explore());
  }

  @Test
  void shouldRefuseNoWaitOnceItIsClosedWhenItCannotBecomeAKey() {
    Stage[] stage = new Stage[1];
    stage[0] = new Stage(false, ended -> assertEquals(1, stage[0].explorer.released, "releases"));
    stage[0].waker(1).waker(2).closer();
    stage[0].onceClosed(
        local -> {
          WakeProtocol protocol = stage[0].protocol;
          assertTrue(protocol.await(stage[0].latch, Durations.NEVER, null, true, false).isClosed());
          return DONE;
        });
    stage[0].onceClosed(
        local -> {
          assertFalse(stage[0].protocol.becomeKeyed(stage[0].latch));
          return DONE;
        });
    someStates(stage[0].explore());
  }

  @Test
  void shouldFindTheSleeperWhenTheRouseComesBeforeTheToken() {
    Stage stage = new Stage(false, ended -> {});
    stage.actors.add(
        local -> {
          if ((stage.protocol.getOpaque() & WakeWord.ARMED) != 0) {
            stage.latch.rouse();
          }
          stage.protocol.getAndOr(WakeWord.TOKEN | 1);
          return DONE;
        });
    stage.owner(1, 0);
    assertThrows(Found.class, stage::explore);
  }

  @Test
  void shouldFindTheSleeperWhenTheTokenIsTakenBeforeTheDrain() {
    Stage stage = new Stage(true, ended -> {}).waker(1).waker(2);
    stage.actors.add(
        local -> {
          if (local == 0) {
            assertTrue(stage.protocol.becomeKeyed(stage.latch));
            return LATER;
          }
          stage.latch.sleep();
          long seen = stage.protocol.getAndAnd(~(WakeWord.TOKEN | WakeWord.REASONS));
          stage.latch.drain();
          int told = local | (int) seen;
          return (told & 3) == 3 ? DONE : told;
        });
    assertThrows(Found.class, stage::explore);
  }

  @Test
  void shouldFindTheSleeperWhenTheOwnerLooksBeforeItArms() {
    Stage stage = new Stage(false, ended -> {}).waker(1);
    stage.actors.add(
        local -> {
          if (!stage.protocol.isPending()) {
            stage.protocol.sleepsIn(stage.latch);
            stage.protocol.getAndOr(WakeWord.ARMED);
            stage.latch.sleep();
          }
          return DONE;
        });
    assertThrows(Found.class, stage::explore);
  }

  @Test
  void shouldFindTheLostTokenWhenTheEndOfTheTimeIsToldWithoutALookAtTheToken() {
    Stage stage = new Stage(false, ended -> {}).waker(1);
    stage.actors.add(
        local -> {
          if (local > 0) {
            return Stage.add(
                local, stage.protocol.await(stage.latch, Durations.NEVER, null, true, false), 1);
          }
          stage.protocol.sleepsIn(stage.latch);
          stage.protocol.getAndOr(WakeWord.ARMED);
          stage.latch.sleep(0, stage.protocol);
          boolean woken = stage.protocol.isPending();
          stage.protocol.getAndAnd(~(WakeWord.ARMED | WakeWord.TOKEN | WakeWord.REASONS));
          return woken ? DONE : LATER;
        });
    assertThrows(Found.class, stage::explore);
  }

  @Test
  void shouldFindTheLateRouseWhenACloserDoesNotWaitForThoseInFlight() {
    Stage stage = new Stage(false, ended -> {}).waker(1).owner(4, 0);
    stage.actors.add(
        local -> {
          long seen = stage.protocol.getAndOr(WakeWord.CLOSED | WakeWord.TOKEN);
          if ((seen & WakeWord.ARMED) != 0) {
            stage.latch.rouse();
          }
          stage.latch.release();
          return DONE;
        });
    assertThrows(Found.class, stage::explore);
  }

  @Test
  void shouldFindTheUseOfWhatIsReleasedThoughTheCodeThatMakesItCleansUpAfterwards() {
    Stage stage = new Stage(false, ended -> {}).waker(1);
    stage.actors.add(
        local -> {
          stage.protocol.sleepsIn(stage.latch);
          stage.protocol.getAndOr(WakeWord.ARMED);
          return DONE; // and never sleeps
        });
    stage.actors.add(
        local -> {
          stage.latch.release();
          return DONE;
        });
    assertThrows(Found.class, stage::explore);
  }
}
