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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.internal.threads.Durations;
import dev.keelson.wake.Wakeup.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is true of one way to sleep: parked, in a selector, by a key in a foreign one. */
@Tag("process")
@Timeout(60)
class TransportTest {

  private static final Duration LONG = ofSeconds(50);

  @Test
  void shouldNotHangWhenForeignCodeEatsThePermit() throws Exception { // J17
    Waker waker = Waker.create();
    Wakeup wakeup =
        waker.await(
            LONG,
            () -> {
              waker.wake(1);
              LockSupport.parkNanos(1); // eats it
              return true;
            });
    assertTrue(wakeup.isSignalled());
    // And a permit of somebody else's does not end the wait.
    LockSupport.unpark(Thread.currentThread());
    assertEquals(Kind.TIMEOUT, waker.await(ofMillis(500)).kind());
    assertEquals(1, waker.stats().spurious());
  }

  @Test
  void shouldNotBlockWhenForeignSelectNowErasesTheLatch() throws Exception { // J16
    Selector selector = Selector.open();
    Waker waker = Waker.on(selector);
    Wakeup wakeup =
        waker.await(
            LONG,
            () -> {
              assertEquals(WakeResult.DELIVERED, waker.wake(1));
              try {
                selector.selectNow(); // erases the latch that the wake has set
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              return true;
            });
    assertTrue(wakeup.isSignalled());
    selector.wakeup(); // a latch of somebody else's does not end the wait
    assertEquals(Kind.TIMEOUT, waker.await(ofMillis(30)).kind());
  }

  @Test
  void shouldReturnReadyWhenAChannelOfTheSelectorIs() throws Exception {
    try (Selector selector = Selector.open()) {
      Waker waker = Waker.on(selector);
      Pipe pipe = Pipe.open();
      pipe.source().configureBlocking(false);
      SelectionKey key = pipe.source().register(selector, SelectionKey.OP_READ);
      assertEquals(Kind.TIMEOUT, waker.await(ZERO).kind());
      pipe.sink().write(java.nio.ByteBuffer.allocate(1));
      assertEquals(Kind.READY, waker.await(LONG).kind());
      assertTrue(selector.selectedKeys().contains(key));
      assertEquals(Kind.READY, waker.await(LONG).kind(), "the key was left in the set");
      waker.wake(1);
      assertEquals(1, waker.await().reasons());
      pipe.sink().close();
      pipe.source().close();
    }
  }

  @Test
  void shouldThrowWhenItsSelectorIsClosed() throws Exception {
    Selector selector = Selector.open();
    Waker waker = Waker.on(selector);
    FutureTask<Wakeup> owner = other(waker::await);
    untilAwaited(waker);
    selector.close();
    Exception failure = assertThrows(Exception.class, () -> get(owner));
    assertEquals(ClosedSelectorException.class, failure.getCause().getClass());
    assertEquals(WakeResult.ELIDED, waker.wake(1));
    assertEquals(1, waker.tryTake().reasons());
    assertThrows(IllegalArgumentException.class, () -> Waker.on(selector));
    assertThrows(ClosedSelectorException.class, () -> Waker.create().register(selector));
  }

  @Test
  void shouldMakeItsKeyReadyAsLongAsAWakeUpIsPending() throws Exception {
    try (Selector selector = Selector.open()) {
      Waker waker = Waker.create();
      waker.wake(1); // before there is a key
      SelectionKey key = waker.register(selector);
      assertEquals(1, selector.select(10_000));
      assertTrue(selector.selectedKeys().remove(key));
      assertEquals(1, waker.tryTake().reasons());
      assertEquals(0, selector.selectNow());
      assertEquals(WakeResult.DELIVERED, waker.wake(2));
      assertEquals(WakeResult.COALESCED, waker.wake(4));
      assertEquals(1, selector.selectNow());
      selector.selectedKeys().clear();
      assertEquals(1, selector.selectNow(), "it is ready until it is taken");
      assertEquals(6, waker.tryTake().reasons());
      selector.selectedKeys().clear();
      assertEquals(0, selector.selectNow());
      assertThrows(IllegalStateException.class, () -> waker.await(ZERO));
      assertThrows(IllegalStateException.class, () -> waker.register(selector));
      waker.close();
      selector.select(10_000);
      assertTrue(waker.tryTake().isClosed());
      assertFalse(key.isValid());
      assertEquals(0, selector.keys().size());
      assertEquals(WakeResult.CLOSED, waker.wake());
    }
    assertThrows(
        IllegalStateException.class,
        () -> {
          Waker closed = Waker.create();
          closed.close();
          closed.register(Selector.open());
        });
  }

  @Test
  void shouldLeaveTheKeyAliveWhenAnInterruptedThreadWakes() throws Exception { // J21
    try (Selector selector = Selector.open();
        Waker waker = Waker.create()) {
      waker.register(selector);
      for (int i = 0; i < 3; i++) {
        Thread.currentThread().interrupt();
        assertEquals(WakeResult.DELIVERED, waker.wake(1));
        assertTrue(Thread.interrupted());
        assertEquals(1, selector.select(10_000));
        selector.selectedKeys().clear();
        Thread.currentThread().interrupt();
        assertEquals(1, waker.tryTake().reasons());
        assertTrue(Thread.interrupted());
      }
    }
  }

  @Test
  void shouldBeLoudWhenItsDescriptorIsClosedUnderIt() throws Exception {
    try (Selector selector = Selector.open()) {
      Waker waker = Waker.create();
      SelectionKey key = waker.register(selector);
      key.channel().close(); // the reading end
      selector.selectNow();
      assertThrows(UncheckedIOException.class, () -> waker.wake(1));
      IllegalStateException again = assertThrows(IllegalStateException.class, () -> waker.wake(1));
      assertTrue(again.getCause() instanceof IOException, String.valueOf(again.getCause()));
      assertThrows(UncheckedIOException.class, waker::tryTake);
      waker.close();
      assertEquals(WakeResult.CLOSED, waker.wake(1));
    }
  }

  @Test
  void shouldAllocateNothingWhenItWakesAndWaits() throws Exception {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    Waker waker = Waker.create();
    try (Selector selector = Selector.open();
        Waker key = Waker.create()) {
      key.register(selector);
      long bytes = Long.MAX_VALUE;
      for (int round = 0; round < 3 || (bytes >= 10_000 && round < 30); round++) {
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int i = 0; i < 100_000; i++) {
          waker.wake(1 << 20);
          waker.wake(3);
          if ((i & 63) == 0) {
            key.wake(i & 0xff);
            key.tryTake();
          }
          waker.await();
        }
        bytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
      }
      assertTrue(bytes < 10_000, bytes + " bytes in 100,000 rounds");
    }
  }

  @Test
  void shouldCountAMissedWakeUpWhenATransportDoesNotRouse() throws Exception {
    Transport deaf =
        new ParkBased() {
          @Override
          public void rouse() {}
        };
    long missed = 0;
    for (int attempt = 0; missed == 0 && attempt < 10; attempt++) { // a waker may come too late
      missed = missed(deaf, 100_000_000);
    }
    assertEquals(1, missed);
    // Roused long before the end of its box: a thread that is let run late is not taken for deaf.
    assertEquals(0, missed(new ParkTransport(), 40_000_000_000L));
    try (Selector selector = Selector.open()) {
      assertEquals(0, missed(new SelectorTransport(selector), 40_000_000_000L));
    }
  }

  @Test
  void shouldCountNoMissedWakeUpWhenTheRouseEndedTheSleepAtItsVeryEnd() throws Exception {
    WakeProtocol[] protocol = new WakeProtocol[1];
    Transport late =
        new ParkBased() {
          @Override
          public boolean sleep(long nanos, WakeProtocol asked) {
            long began = System.nanoTime();
            pause(began + nanos * 3 / 4);
            if (asked == protocol[0] && nanos > 0) {
              assertEquals(WakeResult.DELIVERED, asked.wake(1));
            }
            pause(began + nanos); // awake, and not let run
            return false;
          }
        };
    protocol[0] = watched(late);
    Oracle.sleep(late, Durations.NEVER, protocol[0], 40_000_000);
    assertTrue(protocol[0].isPending());
    assertEquals(0, protocol[0].stats().missed());
  }

  private static void pause(long end) {
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Armed, and asked to tell when it was roused. */
  private static WakeProtocol watched(Transport transport) {
    WakeProtocol protocol = new WakeProtocol(transport);
    protocol.counts.tellsWhenRoused();
    transport.enter();
    protocol.sleepsIn(transport);
    protocol.getAndOr(WakeWord.OWNED | WakeWord.ARMED);
    return protocol;
  }

  private static long missed(Transport transport, long box) throws Exception {
    WakeProtocol protocol = watched(transport);
    FutureTask<WakeResult> waker =
        other(
            () -> {
              LockSupport.parkNanos(10_000_000);
              return protocol.wake(1);
            });
    Oracle.sleep(transport, Durations.NEVER, protocol, box);
    assertEquals(WakeResult.DELIVERED, get(waker));
    return protocol.stats().missed();
  }
}
