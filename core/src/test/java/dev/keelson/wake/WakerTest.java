/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

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
import java.io.UncheckedIOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a waker promises, case by case; the numbers J1 to J21 are those of docs/waker.md. */
@Tag("process")
@Timeout(60)
class WakerTest {

  private static final Duration LONG = ofSeconds(50);

  /** Something done by another thread, whose failure is told. */
  private static <T> FutureTask<T> other(java.util.concurrent.Callable<T> task) {
    FutureTask<T> future = new FutureTask<>(task);
    Thread thread = new Thread(future, "other");
    thread.setDaemon(true);
    thread.start();
    return future;
  }

  private static void untilAwaited(Waker waker) {
    while (!waker.toString().contains("awaited")) {
      Thread.onSpinWait();
    }
    LockSupport.parkNanos(2_000_000); // and, most likely, asleep
  }

  private static <T> T get(FutureTask<T> future) throws Exception {
    return future.get(40, TimeUnit.SECONDS);
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
    Waker waker = Waker.create();
    FutureTask<Wakeup> owner = other(waker::await);
    untilAwaited(waker);
    assertEquals(WakeResult.DELIVERED, waker.wake(1 << 31));
    assertEquals(1 << 31, get(owner).reasons());
    WakeStats stats = waker.stats();
    assertEquals(1, stats.delivered());
    assertEquals(1, stats.writes() + stats.late());
    assertEquals(1, stats.waits());
  }

  @Test
  void shouldTimeOutNotTooSoonWhenNobodyWakes() throws Exception {
    for (Waker waker : new Waker[] {Waker.create(), Waker.on(Selector.open())}) {
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
    Waker waker = Waker.create();
    waker.wake(4);
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, waker::await);
    assertFalse(Thread.interrupted(), "as InterruptedException says");
    assertEquals(4, waker.tryTake().reasons());
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
              return waker.await(LONG);
            });
    untilAwaited(waker);
    LockSupport.parkNanos(5_000_000);
    waker.wake(8);
    assertEquals(8, get(owner).reasons());
  }

  @Test
  void shouldKeepTheStatusWhenInterruptedInAnUninterruptibleWait() throws Exception {
    for (Waker waker : new Waker[] {Waker.create(), Waker.on(Selector.open())}) {
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
    for (Waker waker : new Waker[] {Waker.create(), Waker.on(Selector.open())}) {
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
    assertEquals(Kind.TIMEOUT, waker.await(ofMillis(30)).kind());
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
  void shouldAllocateNothingWhenItWakesAndWaits() throws Exception {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    Waker waker = Waker.create();
    try (Selector selector = Selector.open();
        Waker key = Waker.create()) {
      key.register(selector);
      long before = 0;
      for (int round = 0; round < 3; round++) {
        before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int i = 0; i < 100_000; i++) {
          waker.wake(1 << 20);
          waker.wake(3);
          if ((i & 63) == 0) {
            key.wake(i & 0xff);
            key.tryTake();
          }
          waker.await();
        }
      }
      long bytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
      assertTrue(bytes < 10_000, bytes + " bytes in 100,000 rounds");
    }
  }

  @Test
  void shouldCountAMissedWakeUpWhenATransportDoesNotRouse() throws Exception {
    Transport deaf =
        new Transport() {
          private final ParkTransport park = new ParkTransport();

          @Override
          public void enter() {
            park.enter();
          }

          @Override
          public boolean sleep(long nanos, WakeProtocol protocol) {
            return park.sleep(nanos, protocol);
          }

          @Override
          public void rouse() {}

          @Override
          public void leave() {
            park.leave();
          }
        };
    assertEquals(1, missed(deaf));
    assertEquals(0, missed(new ParkTransport()));
    assertEquals(0, missed(new SelectorTransport(Selector.open())));
  }

  private static long missed(Transport transport) throws Exception {
    WakeProtocol protocol = new WakeProtocol(transport);
    long box = 50_000_000;
    transport.enter();
    protocol.sleepsIn(transport);
    protocol.getAndOr(WakeWord.OWNED | WakeWord.ARMED);
    FutureTask<WakeResult> waker =
        other(
            () -> {
              LockSupport.parkNanos(10_000_000);
              return protocol.wake(1);
            });
    Oracle.sleep(transport, Deadlines.NEVER, protocol, box);
    assertEquals(WakeResult.DELIVERED, get(waker));
    return protocol.stats().missed();
  }
}
