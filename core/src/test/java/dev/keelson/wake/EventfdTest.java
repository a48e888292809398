/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static dev.keelson.wake.Wakers.get;
import static dev.keelson.wake.Wakers.other;
import static dev.keelson.wake.Wakers.untilAwaited;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Kernels;
import dev.keelson.internal.linux.Linux;
import dev.keelson.wake.Wakeup.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An owner that sleeps in the kernel, on a descriptor of the waker's. */
@Tag("process")
@Timeout(60)
class EventfdTest {

  private static final Duration LONG = Duration.ofSeconds(50);

  @BeforeEach
  void atAll() {
    assumeTrue(Wakers.hasDescriptors(), Kernels::whyNot);
  }

  /** What the kernel answers instead; null lets the call through. */
  private interface Answer {
    Integer to(Method call, Object[] arguments);
  }

  private static Kernel kernel(Answer answer) {
    Kernel real = Kernels.real();
    return (Kernel)
        Proxy.newProxyInstance(
            Kernel.class.getClassLoader(),
            new Class<?>[] {Kernel.class},
            (proxy, call, arguments) -> {
              Integer instead = answer.to(call, arguments);
              return instead != null ? instead : call.invoke(real, arguments);
            });
  }

  @Test
  void shouldCloseItsDescriptorOnceAndOnlyWhenTheOwnerIsOut() throws Exception {
    AtomicInteger closes = new AtomicInteger();
    AtomicInteger afterwards = new AtomicInteger();
    Waker waker =
        Waker.onDescriptor(
            kernel(
                (call, arguments) -> {
                  afterwards.addAndGet(closes.get());
                  closes.addAndGet(call.getName().equals("close") ? 1 : 0);
                  return null;
                }));
    FutureTask<Wakeup> owner = other(waker::await);
    untilAwaited(waker);
    waker.close();
    assertTrue(get(owner).isClosed());
    for (int i = 0; i < 1_000; i++) { // J19
      assertEquals(WakeResult.CLOSED, waker.wake(i));
      waker.close();
    }
    assertTrue(waker.await().isClosed());
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, waker::await);
    assertEquals(1, closes.get());
    assertEquals(0, afterwards.get(), "calls after the close");
  }

  @Test
  void shouldSayWhyAndHoldNothingWhenNoDescriptorIsLeft() {
    IOException none =
        assertThrows(
            IOException.class,
            () ->
                Waker.onDescriptor(
                    kernel((call, arguments) -> refuse(call, "eventfd", Linux.EMFILE))));
    assertTrue(none.getMessage().startsWith("no descriptor for a waker: "), none.getMessage());
    AtomicInteger closes = new AtomicInteger();
    assertThrows(
        IOException.class,
        () ->
            Waker.onDescriptor(
                kernel(
                    (call, arguments) -> {
                      closes.addAndGet(call.getName().equals("close") ? 1 : 0);
                      return refuse(call, "poll", Linux.ENOSYS);
                    })));
    assertEquals(1, closes.get());
  }

  private static Integer refuse(Method call, String name, int errno) {
    return call.getName().equals(name) ? -errno : null;
  }

  @Test
  void shouldBeLoudWhenItsDescriptorIsClosedUnderIt() throws Exception {
    AtomicBoolean gone = new AtomicBoolean(); // as if it were: a test must not close numbers
    Waker waker =
        Waker.onDescriptor(
            kernel(
                (call, arguments) -> {
                  if (gone.get() && call.getName().equals("poll")) {
                    return Linux.POLLNVAL;
                  }
                  return gone.get() ? refuse(call, "write", Linux.EBADF) : null;
                }));
    FutureTask<Wakeup> owner = other(() -> waker.await(Duration.ofSeconds(6)));
    untilAwaited(waker);
    gone.set(true);
    UncheckedIOException lost = assertThrows(UncheckedIOException.class, () -> waker.wake(1));
    assertTrue(
        lost.getCause().getMessage().contains("somebody else has closed it"), lost::toString);
    assertThrows(IllegalStateException.class, () -> waker.wake(1));
    assertEquals(1, get(owner).reasons(), "its clock ends its sleep");
    assertThrows(IllegalStateException.class, () -> waker.await(LONG), "and no other begins");
    waker.close();
  }

  @Test
  void shouldTryAgainWhenASignalEndsACall() throws Exception {
    AtomicInteger ended = new AtomicInteger();
    try (Waker waker =
        Waker.onDescriptor(
            kernel(
                (call, arguments) -> {
                  boolean ends = call.getName().equals("poll") || call.getName().equals("write");
                  return ends && ended.incrementAndGet() % 3 != 0 ? -Linux.EINTR : null;
                }))) {
      assertEquals(Kind.TIMEOUT, waker.await(Duration.ofMillis(20)).kind());
      FutureTask<Wakeup> owner = other(waker::await);
      untilAwaited(waker);
      assertEquals(WakeResult.DELIVERED, waker.wake(1));
      assertEquals(1, get(owner).reasons());
      assertTrue(waker.stats().spurious() > 0);
    }
  }

  @Test
  void shouldTakeAFullCounterForAWakeUp() throws Exception {
    try (Waker waker =
        Waker.onDescriptor(
            kernel(
                (call, arguments) -> {
                  if (call.getName().equals("write")) {
                    Kernels.real().write((int) arguments[0], full(), 0, 8);
                  }
                  return null;
                }))) {
      FutureTask<Wakeup> owner = other(waker::await);
      untilAwaited(waker);
      assertEquals(WakeResult.DELIVERED, waker.wake(1));
      assertEquals(1, get(owner).reasons());
    }
  }

  /** A write for which there is no memory for a while. */
  private static Integer starve(Method call, AtomicInteger shortages) {
    if (call.getName().equals("write") && shortages.getAndDecrement() > 0) {
      throw new OutOfMemoryError("injected");
    }
    return null;
  }

  /** The token was there, and the owner slept on. */
  @Test
  void shouldRouseItsOwnerOnceThereIsMemoryForTheCall() throws Exception {
    AtomicInteger shortages = new AtomicInteger();
    try (Waker waker = Waker.onDescriptor(kernel((call, arguments) -> starve(call, shortages)))) {
      FutureTask<Wakeup> owner = other(waker::await);
      untilAwaited(waker);
      shortages.set(2);
      assertEquals(WakeResult.DELIVERED, get(other(() -> waker.wake(1))));
      assertEquals(1, get(owner).reasons());
      assertTrue(shortages.get() < 0);
    }
  }

  /** The status was set, and the owner slept on. */
  @Test
  void shouldFeelAnInterruptOnceThereIsMemoryForTheCall() throws Exception {
    AtomicInteger shortages = new AtomicInteger();
    try (Waker waker = Waker.onDescriptor(kernel((call, arguments) -> starve(call, shortages)))) {
      FutureTask<Wakeup> owner = new FutureTask<>(waker::await);
      Thread thread = new Thread(owner, "owner");
      thread.setDaemon(true);
      thread.start();
      untilAwaited(waker);
      shortages.set(2);
      get(other(Executors.callable(thread::interrupt)));
      ExecutionException ended = assertThrows(ExecutionException.class, () -> get(owner));
      assertInstanceOf(InterruptedException.class, ended.getCause());
      assertTrue(shortages.get() < 0);
    }
  }

  private static dev.keelson.internal.linux.Region full() {
    dev.keelson.internal.linux.Region region = Kernels.real().allocate(8);
    region.bytes().putLong(0, -2); // 2^64 - 2, the most it holds
    return region;
  }

  @Test
  void shouldParkAVirtualThread() throws Exception {
    try (Waker waker = Waker.onDescriptor()) {
      FutureTask<Wakeup> owner = new FutureTask<>(waker::await);
      Thread thread =
          (Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, owner);
      untilAwaited(waker);
      long deadline = System.nanoTime() + LONG.toNanos();
      while (thread.getState() != Thread.State.WAITING) {
        assertTrue(System.nanoTime() - deadline < 0, "in the kernel, and not parked");
        Thread.sleep(1);
      }
      waker.wake(1);
      assertEquals(1, get(owner).reasons());
      assertEquals(Kind.TIMEOUT, waker.await(Duration.ofMillis(1)).kind());
    }
  }

  @Test
  void shouldBecomeAKeyAndGiveBothBack() throws Exception {
    AtomicInteger closes = new AtomicInteger();
    try (Selector selector = Selector.open();
        Waker waker =
            Waker.onDescriptor(
                kernel(
                    (call, arguments) -> {
                      closes.addAndGet(call.getName().equals("close") ? 1 : 0);
                      return null;
                    }))) {
      waker.register(selector);
      waker.wake(1);
      assertEquals(1, selector.select(10_000));
      assertEquals(1, waker.tryTake().reasons());
      waker.close();
      assertEquals(1, closes.get());
    }
  }

  @Test
  void shouldFeelAnInterruptAtAnyMoment() throws Exception {
    try (Waker waker = Waker.onDescriptor()) {
      Thread me = Thread.currentThread();
      int rounds = 2_000;
      AtomicInteger round = new AtomicInteger();
      FutureTask<Void> interrupting =
          other(
              () -> {
                for (int i = 1; i <= rounds; i++) {
                  while (round.get() != i || !waker.toString().contains("awaited")) {
                    Thread.onSpinWait();
                  }
                  if (i % 8 == 0) {
                    LockSupport.parkNanos(50_000); // it sleeps by then; else it is about to
                  }
                  me.interrupt();
                }
                return null;
              });
      for (int i = 1; i <= rounds; i++) {
        round.set(i);
        assertThrows(InterruptedException.class, () -> waker.await(LONG));
      }
      get(interrupting);
      assertFalse(waker.isPending());
    }
  }
}
