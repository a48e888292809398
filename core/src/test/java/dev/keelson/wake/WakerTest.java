/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static dev.keelson.wake.Wakers.get;
import static dev.keelson.wake.Wakers.other;
import static dev.keelson.wake.Wakers.untilAwaited;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.wake.Wakeup.Kind;
import java.io.IOException;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a waker promises, case by case; the numbers J1 to J21 are those of docs/waker.md. */
@Tag("process")
@Timeout(60)
class WakerTest {

  private static final Duration LONG = ofSeconds(50);

  private final Wakers wakers = new Wakers();

  WakerTest() throws IOException {}

  @AfterEach
  void closeThem() throws IOException {
    wakers.close();
  }

  @Test
  void shouldReturnAtOnceWithoutASystemCallWhenItsOwnerWokeItBefore() throws Exception { // J18
    Waker waker = Waker.create();
    assertEquals(WakeResult.ELIDED, waker.wake(5));
    assertEquals(WakeResult.COALESCED, waker.wake(2));
    assertEquals(WakeResult.COALESCED, waker.wake());
    Wakeup wakeup = waker.await();
    assertEquals(Kind.SIGNALLED, wakeup.kind());
    assertEquals(7, wakeup.reasons());
    assertEquals(Kind.TIMEOUT, waker.await(ZERO).kind());
    WakeStats stats = waker.stats();
    assertEquals(3, stats.wakes());
    assertEquals(1, stats.elided());
    assertEquals(2, stats.coalesced());
    assertEquals(0, stats.writes());
  }

  @Test
  void shouldDeliverWhenTheOwnerWaits() throws Exception {
    for (Waker waker : wakers.all()) {
      FutureTask<Wakeup> owner = other(waker::await);
      untilAwaited(waker);
      assertEquals(WakeResult.DELIVERED, waker.wake(1 << 31));
      assertEquals(1 << 31, get(owner).reasons());
      WakeStats stats = waker.stats();
      assertEquals(1, stats.delivered());
      assertEquals(1, stats.writes() + stats.late());
      assertEquals(1, stats.waits());
    }
  }

  @Test
  void shouldTimeOutNotTooSoonWhenNobodyWakes() throws Exception {
    for (Waker waker : wakers.all()) {
      long began = System.nanoTime();
      assertEquals(Kind.TIMEOUT, waker.await(Duration.ofNanos(20_300_000)).kind());
      assertTrue(System.nanoTime() - began >= 20_300_000, "too soon");
    }
  }

  @Test
  void shouldRefuseTheSecondOwnerAndWakeTheFirst() throws Exception { // J9
    Waker waker = Waker.create();
    FutureTask<Wakeup> owner = other(waker::await);
    untilAwaited(waker);
    assertThrows(IllegalStateException.class, () -> waker.await(LONG));
    assertThrows(IllegalStateException.class, waker::tryTake);
    assertThrows(IllegalStateException.class, () -> waker.register(Selector.open()));
    waker.wake(3);
    assertEquals(3, get(owner).reasons());
  }

  @Test
  void shouldKeepTheTokenWhenInterrupted() throws Exception { // J8
    for (Waker waker : wakers.all()) {
      waker.wake(4);
      Thread.currentThread().interrupt();
      assertThrows(InterruptedException.class, waker::await);
      assertFalse(Thread.interrupted(), "as InterruptedException says");
      assertEquals(4, waker.tryTake().reasons());
      CountDownLatch interrupted = new CountDownLatch(1);
      FutureTask<Wakeup> owner =
          other(
              () -> {
                Thread me = Thread.currentThread();
                other(
                    () -> {
                      untilAwaited(waker);
                      me.interrupt();
                      return null;
                    });
                assertThrows(InterruptedException.class, waker::await);
                interrupted.countDown();
                return waker.await(LONG);
              });
      assertTrue(interrupted.await(30, TimeUnit.SECONDS));
      waker.wake(8);
      assertEquals(8, get(owner).reasons());
    }
  }

  @Test
  void shouldKeepTheStatusWhenInterruptedInAnUninterruptibleWait() throws Exception {
    for (Waker waker : wakers.all()) {
      FutureTask<Boolean> owner =
          other(
              () -> {
                Thread.currentThread().interrupt();
                Wakeup wakeup = waker.awaitUninterruptibly();
                return wakeup.reasons() == 2 && Thread.interrupted();
              });
      untilAwaited(waker);
      assertFalse(owner.isDone());
      waker.wake(2);
      assertTrue(get(owner));
      assertTrue(waker.stats().spurious() <= 1, "an interrupted status must not spin");
    }
  }

  @Test
  void shouldReturnClosedWithTheLastReasonsWhenClosedWhileAwaited() throws Exception { // J12
    for (Waker waker : wakers.all()) {
      FutureTask<Wakeup> owner = other(waker::await);
      untilAwaited(waker);
      waker.close();
      assertTrue(get(owner).isClosed());
      waker.close();
      assertEquals(WakeResult.CLOSED, waker.wake(1));
      assertTrue(waker.await().isClosed());
      assertTrue(waker.await(LONG).isClosed());
      assertTrue(waker.tryTake().isClosed());
    }
    Waker waker = Waker.create();
    waker.wake(6);
    waker.close();
    assertEquals(6, waker.await().reasons());
    assertEquals(0, waker.await().reasons());
    assertEquals(1, waker.stats().wakes());
  }

  @Test
  void shouldAskCanBlockOnceArmedAndOnlyWhenNothingIsPending() throws Exception { // J15
    Waker waker = Waker.create();
    assertEquals(Kind.READY, waker.await(LONG, () -> false).kind());
    assertEquals(Kind.TIMEOUT, waker.await(ZERO, () -> true).kind());
    waker.wake(1);
    Wakeup wakeup =
        waker.await(
            LONG,
            () -> {
              throw new AssertionError("a wake-up is pending");
            });
    assertTrue(wakeup.isSignalled());
    // A wake within it ends the wait.
    wakeup =
        waker.await(
            LONG,
            () -> {
              assertEquals(WakeResult.DELIVERED, waker.wake(2));
              return true;
            });
    assertEquals(2, wakeup.reasons());
    // A failure leaves the waker as it was.
    assertThrows(
        ArithmeticException.class,
        () ->
            waker.await(
                LONG,
                () -> {
                  waker.wake(4);
                  throw new ArithmeticException();
                }));
    assertEquals(4, waker.await().reasons());
  }

  @Test
  void shouldNameArgumentAndFixWhenGivenBadInput() {
    Waker waker = Waker.create();
    IllegalArgumentException negative =
        assertThrows(IllegalArgumentException.class, () -> waker.await(ofMillis(-1)));
    assertTrue(negative.getMessage().startsWith("time is PT-0.001S"), negative.getMessage());
    assertThrows(NullPointerException.class, () -> waker.await(null));
    assertThrows(NullPointerException.class, () -> waker.await(ZERO, null));
    assertThrows(NullPointerException.class, () -> Waker.on(null));
    assertThrows(NullPointerException.class, () -> waker.register(null));
  }

  @Test
  void shouldSaturateWhenTheTimeIsHuge() throws Exception {
    Waker waker = Waker.create();
    FutureTask<Wakeup> owner = other(() -> waker.await(ofSeconds(Long.MAX_VALUE)));
    untilAwaited(waker);
    assertFalse(owner.isDone());
    waker.wake();
    assertTrue(get(owner).isSignalled());
  }

  @Test
  void shouldShareWakeupsOfCommonReasons() {
    assertSame(Wakeup.signalled(200, Wakeup.ready()), Wakeup.signalled(200, Wakeup.ready()));
    assertSame(
        Wakeup.signalled(1 << 31, Wakeup.ready()), Wakeup.signalled(1 << 31, Wakeup.ready()));
    Wakeup odd = Wakeup.signalled(0x30001, Wakeup.ready());
    assertSame(odd, Wakeup.signalled(0x30001, odd));
    assertEquals("SIGNALLED 0x30001", odd.toString());
  }

  @Test
  void shouldReportTheTokenWhenItComesWithTheEndOfTheTime() throws Exception { // J7
    for (Waker waker : wakers.all()) {
      int rounds = 300;
      FutureTask<Integer> waking =
          other(
              () -> {
                int accepted = 0;
                for (int i = 0; i < rounds; i++) {
                  LockSupport.parkNanos(1_000_000 + (i & 7) * 20_000L);
                  accepted += waker.wake() == WakeResult.COALESCED ? 0 : 1;
                }
                return accepted;
              });
      int told = 0;
      while (!waking.isDone()) {
        told += waker.await(ofMillis(1)).isSignalled() ? 1 : 0;
      }
      told += waker.tryTake().isSignalled() ? 1 : 0;
      assertEquals(get(waking), told, "each token that was set was told once");
    }
  }

  @Test
  void shouldSleepThroughTheRouseOfAStalledWakerOnce() throws Exception { // J13
    CountDownLatch stalled = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    class Stalling extends ParkBased {
      private boolean first = true;

      @Override
      public boolean sleep(long nanos, WakeProtocol protocol) {
        if (!first) {
          return super.sleep(nanos, protocol);
        }
        first = false;
        try {
          stalled.await(); // the token is there, nobody is roused, and the time ends
          TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        return false;
      }

      @Override
      public void rouse() {
        stalled.countDown();
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        park.rouse();
      }
    }
    Stalling transport = new Stalling();
    WakeProtocol protocol = new WakeProtocol(transport);
    FutureTask<WakeResult> waking =
        other(
            () -> {
              while (!protocol.isArmed()) {
                Thread.onSpinWait();
              }
              return protocol.wake(1);
            });
    // The time ends while the waker stands between its token and its rouse: the token wins.
    assertEquals(1, protocol.await(transport, 500_000_000, null, true, false).reasons());
    stalled.await();
    FutureTask<Wakeup> later =
        other(() -> protocol.await(transport, 100_000_000, null, true, false));
    while (!protocol.isArmed() && !later.isDone()) {
      Thread.onSpinWait();
    }
    goOn.countDown();
    assertEquals(WakeResult.DELIVERED, get(waking));
    assertEquals(Kind.TIMEOUT, get(later).kind(), "a late rouse is no token");
    assertTrue(protocol.stats().spurious() <= 1);
  }

  @Test
  void shouldNotKeepTheTransportForAWakerThatFailsWithinItsRouse() {
    int[] released = new int[1];
    class Failing extends ParkBased {
      @Override
      public void rouse() {
        throw new StackOverflowError("planted");
      }

      @Override
      public void release() {
        released[0]++;
      }
    }
    Failing transport = new Failing();
    WakeProtocol protocol = new WakeProtocol(transport);
    assertThrows(
        StackOverflowError.class,
        () -> protocol.await(transport, 1, () -> protocol.wake(1) == null, true, false));
    // Its token is there, the waker is out, and everybody hears that it may not have been enough.
    assertThrows(IllegalStateException.class, () -> protocol.wake(2));
    assertEquals(1, protocol.take().reasons());
    assertFalse(protocol.isInFlight());
    protocol.close();
    assertEquals(1, released[0]);
  }

  @Test
  void shouldNotStayOwnedAfterAWaitThatFailsBeforeItIsArmed() throws Exception {
    int[] released = new int[1];
    class Failing extends ParkBased {
      private boolean fails = true;

      @Override
      public void enter() {
        if (fails) {
          fails = false;
          throw new StackOverflowError("planted");
        }
        super.enter();
      }

      @Override
      public void release() {
        released[0]++;
      }
    }
    Failing transport = new Failing();
    WakeProtocol protocol = new WakeProtocol(transport);
    assertThrows(StackOverflowError.class, () -> protocol.await(transport, 0, null, true, false));
    assertEquals(Kind.TIMEOUT, protocol.await(transport, 0, null, true, false).kind());
    protocol.close();
    assertEquals(1, released[0]);
  }

  @Test
  void shouldReleaseWhatItWasBeforeItBecameAKeyWhenTheKeyCannotBeReleased() {
    int[] released = new int[1];
    Transport former =
        new ParkBased() {
          @Override
          public void release() {
            released[0]++;
          }
        };
    WakeProtocol protocol = new WakeProtocol(former);
    Transport key =
        new ParkBased() {
          @Override
          public void release() {
            throw new OutOfMemoryError("planted");
          }
        };
    assertTrue(protocol.becomeKeyed(key));
    assertThrows(OutOfMemoryError.class, protocol::close);
    assertEquals(1, released[0]);
  }
}
