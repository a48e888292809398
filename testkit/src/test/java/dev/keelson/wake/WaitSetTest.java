/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.testkit.Gc;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.stress.Size;
import dev.keelson.wake.Wakeup.Kind;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Many things in one wait. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(60)
@NoLeaks
class WaitSetTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  private static <T> FutureTask<T> other(java.util.concurrent.Callable<T> task) {
    FutureTask<T> future = new FutureTask<>(task);
    Thread thread = new Thread(future, "other");
    thread.setDaemon(true);
    thread.start();
    return future;
  }

  private static void untilAwaited(WaitSet set) {
    while (!set.toString().contains("awaited")) {
      Thread.onSpinWait();
    }
    java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
  }

  @Test
  void shouldReportEachKindOfSource() throws Exception {
    Pipe pipe = Pipe.open();
    try (WaitSet set = WaitSet.create();
        Child child = Command.of("true").start()) {
      WaitSource.Stage<?> exit = set.add(child.onExit());
      assertEquals(Set.of(exit), new HashSet<>(set.await(LONG).sources()));
      assertTrue(exit.isClosed());
      assertEquals(Kind.TIMEOUT, set.await(Duration.ZERO).wakeup().kind(), "told once");

      WaitSource.Inbox<String> inbox = set.inbox();
      assertTrue(inbox.offer("a"));
      assertTrue(set.await(LONG).has(inbox));
      assertTrue(set.await(LONG).has(inbox), "until it is empty");
      assertEquals("a", inbox.poll());
      assertEquals(Kind.TIMEOUT, set.await(Duration.ofMillis(5)).wakeup().kind());

      pipe.source().configureBlocking(false);
      WaitSource.Channel<Pipe.SourceChannel> channel = set.add(pipe.source(), SelectionKey.OP_READ);
      assertEquals(Kind.TIMEOUT, set.await(Duration.ofMillis(5)).wakeup().kind());
      pipe.sink().write(ByteBuffer.allocate(1));
      assertTrue(set.await(LONG).has(channel));
      assertEquals(SelectionKey.OP_READ, channel.readyOps());
      set.waker().wake(4);
      inbox.offer("b");
      Ready all = set.await(LONG);
      assertEquals(4, all.wakeup().reasons());
      assertTrue(all.has(inbox) && all.has(channel), all::toString);
      channel.close();
      assertEquals(Set.of(inbox), new HashSet<>(set.await(LONG).sources()));
      pipe.source().configureBlocking(true); // it is let go
      inbox.close();
      assertFalse(inbox.offer("c"));
      assertEquals(Kind.TIMEOUT, set.await(Duration.ZERO).wakeup().kind());
    } finally {
      pipe.sink().close();
      pipe.source().close();
    }
  }

  @Test
  void shouldSeeWhatIsAddedOrBecomesReadyWhileItWaits() throws Exception {
    Pipe pipe = Pipe.open();
    try (WaitSet set = WaitSet.create()) {
      FutureTask<Ready> parked = other(set::await);
      untilAwaited(set);
      WaitSource.Inbox<String> inbox = set.inbox();
      inbox.offer("a");
      assertTrue(parked.get(20, TimeUnit.SECONDS).has(inbox));
      inbox.poll();

      FutureTask<Ready> first = other(set::await); // parked when the first channel comes
      untilAwaited(set);
      pipe.source().configureBlocking(false);
      pipe.sink().write(ByteBuffer.allocate(1));
      WaitSource.Channel<?> channel = set.add(pipe.source(), SelectionKey.OP_READ);
      assertTrue(first.get(20, TimeUnit.SECONDS).has(channel));
      pipe.source().read(ByteBuffer.allocate(1));

      FutureTask<Ready> selecting = other(set::await);
      untilAwaited(set);
      CompletableFuture<String> stage = new CompletableFuture<>();
      WaitSource.Stage<String> added = set.add(stage);
      stage.completeExceptionally(new Exception("planted"));
      assertTrue(selecting.get(20, TimeUnit.SECONDS).has(added));

      FutureTask<Ready> closed = other(set::await);
      untilAwaited(set);
      assertThrows(IllegalStateException.class, set::await);
      set.close();
      assertTrue(closed.get(20, TimeUnit.SECONDS).wakeup().isClosed());
      assertTrue(set.await().wakeup().isClosed());
      assertThrows(IllegalStateException.class, set::inbox);
      assertThrows(IllegalStateException.class, () -> set.add(pipe.source(), SelectionKey.OP_READ));
    } finally {
      pipe.sink().close();
      pipe.source().close();
    }
  }

  @Test
  void shouldReportAllAndBeginWithAnotherEachTime() throws Exception {
    try (WaitSet set = WaitSet.create()) {
      Set<WaitSource<?>> all = new HashSet<>();
      for (int i = 0; i < 5; i++) {
        WaitSource.Inbox<Integer> inbox = set.inbox();
        inbox.offer(i);
        all.add(inbox);
      }
      Set<WaitSource<?>> firsts = new HashSet<>();
      for (int i = 0; i < 5; i++) {
        Ready ready = set.await(LONG);
        assertEquals(all, new HashSet<>(ready.sources()));
        firsts.add(ready.sources().get(0));
      }
      assertEquals(all, firsts);
    }
  }

  @Test
  void shouldLoseNoElementOfAnInboxAndNoCompletion() throws Exception { // J15
    int rounds = Size.of(20_000, 1_000_000);
    try (WaitSet set = WaitSet.create()) {
      WaitSource.Inbox<CompletableFuture<Integer>> inbox = set.inbox();
      FutureTask<Void> offering =
          other(
              () -> {
                for (int i = 0; i < rounds; i++) {
                  CompletableFuture<Integer> seen = new CompletableFuture<>();
                  inbox.offer(seen);
                  seen.get(30, TimeUnit.SECONDS); // no later offer can hide a lost one
                }
                return null;
              });
      for (int i = 0; i < rounds; ) {
        Ready ready = set.await(Duration.ofSeconds(20));
        assertEquals(Kind.READY, ready.wakeup().kind(), "an element is lost");
        for (CompletableFuture<Integer> seen = inbox.poll(); seen != null; seen = inbox.poll()) {
          seen.complete(i++);
        }
      }
      offering.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void shouldNameArgumentAndFixWhenGivenBadInput() throws Exception {
    Pipe pipe = Pipe.open();
    try (WaitSet set = WaitSet.create()) {
      assertThrows(
          IllegalBlockingModeException.class, () -> set.add(pipe.source(), SelectionKey.OP_READ));
      pipe.source().configureBlocking(false);
      assertThrows(
          IllegalArgumentException.class, () -> set.add(pipe.source(), SelectionKey.OP_WRITE));
      set.add(pipe.source(), SelectionKey.OP_READ);
      assertThrows(
          IllegalArgumentException.class, () -> set.add(pipe.source(), SelectionKey.OP_READ));
      assertThrows(IllegalArgumentException.class, () -> set.await(Duration.ofNanos(-1)));
      assertThrows(NullPointerException.class, () -> set.add((CompletableFuture<?>) null));
    } finally {
      pipe.sink().close();
      pipe.source().close();
    }
  }

  @Test
  @Timeout(600)
  void shouldReportOrSayThatItIsClosedWhenItIsClosedAsItLooksAtItsChannels() throws Exception {
    int rounds = Size.of(2_000, 20_000);
    AtomicBoolean over = new AtomicBoolean();
    List<Pipe> pipes = new ArrayList<>();
    AtomicReference<WaitSet> handed = new AtomicReference<>();
    try {
      for (int i = 0; i < 200; i++) {
        Pipe pipe = Pipe.open();
        pipes.add(pipe);
        pipe.source().configureBlocking(false);
        pipe.sink().write(ByteBuffer.allocate(1));
      }
      FutureTask<Void> closing =
          other(
              () -> {
                for (int i = 0; i < rounds; i++) {
                  WaitSet set = handed.getAndSet(null);
                  while (set == null) {
                    if (over.get()) {
                      return null;
                    }
                    Thread.yield();
                    set = handed.getAndSet(null);
                  }
                  while (i % 2 == 0
                      && !over.get()
                      && (set.waker().stats().waits() == 0 || isAwaited(set))) {
                    Thread.onSpinWait();
                  }
                  set.close();
                }
                return null;
              });
      for (int i = 0; i < rounds; i++) {
        try (WaitSet set = WaitSet.create()) {
          for (Pipe pipe : pipes) {
            set.add(pipe.source(), SelectionKey.OP_READ);
          }
          if (i % 2 != 0) { // then it looks at the channels after the wait
            set.waker().wake(1);
          }
          handed.set(set);
          Ready ready = set.await(LONG);
          assertTrue(ready.sources().size() <= pipes.size(), ready::toString);
          while (!closing.isDone() && (handed.get() != null || !set.waker().isClosed())) {
            Thread.yield();
          }
        }
      }
      closing.get(20, TimeUnit.SECONDS);
    } finally {
      over.set(true);
      for (Pipe pipe : pipes) {
        pipe.sink().close();
        pipe.source().close();
      }
    }
  }

  private static boolean isAwaited(WaitSet set) {
    return set.waker().protocol().isArmed();
  }

  @Test
  void shouldNotBeHeldByAStageThatIsOpenWhenItIsClosed() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    Gc.assertCollectable(
        () -> {
          WaitSet set = WaitSet.create();
          set.add(stage);
          set.close();
          return set;
        });
    assertTrue(stage.complete("later"));
  }

  @Test
  void shouldKeepNoSourceOfAStageThatCannotBeWaitedFor() {
    CompletableFuture<String> refusing =
        new CompletableFuture<>() {
          @Override
          public CompletableFuture<String> whenComplete(
              BiConsumer<? super String, ? super Throwable> action) {
            throw new UnsupportedOperationException("planted");
          }
        };
    try (WaitSet set = WaitSet.create()) {
      assertThrows(UnsupportedOperationException.class, () -> set.add(refusing));
      assertTrue(set.toString().startsWith("WaitSet[0 sources"), set::toString);
    }
  }
}
