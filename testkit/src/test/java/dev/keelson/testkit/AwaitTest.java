/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AwaitTest {

  @Test
  void shouldReturnWhenTheConditionHolds() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    Await.soon().until("five looks", () -> looks.incrementAndGet() == 5);
    assertEquals(5, looks.get());
  }

  @Test
  void shouldReturnTheWantedValue() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    assertEquals(3, Await.soon().value("three", looks::incrementAndGet, n -> n == 3));
    assertEquals("x", Await.soon().present("x", () -> Optional.of("x")));
  }

  @Test
  void shouldLookOnceWhenTheLimitIsZero() {
    AtomicInteger looks = new AtomicInteger();
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () -> Await.within(ZERO).value("two", looks::incrementAndGet, n -> n == 2));
    assertEquals(1, looks.get());
    assertTrue(
        error.getMessage().matches("not within \\d+ ms \\(looked 1 time\\): two; seen last: 1"));
  }

  @Test
  void shouldTellTheLastExceptionWhenTheConditionThrows() {
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                Await.within(ofMillis(20))
                    .until(
                        "a file",
                        () -> {
                          throw new IOException("no such file");
                        }));
    assertTrue(error.getMessage().contains("no such file"), error.getMessage());
    assertEquals(IOException.class, error.getCause().getClass());
  }

  @Test
  void shouldLookAgainWhenAnAssertionFails() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    Await.soon()
        .until(
            "three looks",
            () -> {
              assertEquals(3, looks.incrementAndGet());
              return true;
            });
    assertEquals(3, looks.get());
    AssertionError mine = new AssertionError("mine");
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                Await.within(ZERO)
                    .until(
                        "never",
                        () -> {
                          throw mine;
                        }));
    assertSame(mine, error.getCause());
    assertTrue(error.getMessage().contains("the last look failed with"), error.getMessage());
  }

  /** The scope has adopted what it blames: the next look would be green. */
  @Test
  @Tag("process")
  void shouldNotLookAgainWhenSomethingIsLeaked() throws Exception {
    LeakScope scope =
        LeakScope.open(LeakPolicy.standard().only(LeakKind.THREAD).within(ofMillis(100)));
    CountDownLatch end = new CountDownLatch(1);
    FutureTask<Boolean> waiting = new FutureTask<>(() -> end.await(60, TimeUnit.SECONDS));
    Thread thread = new Thread(waiting, "left-behind");
    thread.start();
    try {
      LeakError error =
          assertThrows(
              LeakError.class,
              () ->
                  Await.soon()
                      .until(
                          "nothing is left",
                          () -> {
                            scope.assertNoLeaks();
                            return true;
                          }));
      assertTrue(error.getMessage().contains("left-behind"), error.getMessage());
    } finally {
      end.countDown();
      thread.join();
    }
  }

  @Test
  void shouldStopWhenInterrupted() {
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> Await.soon().until("never", () -> false));
  }

  @Test
  void shouldRefuseANegativeLimit() {
    assertThrows(IllegalArgumentException.class, () -> Await.within(ofMillis(-1)));
  }
}
