/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.FileInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.EventType;

/**
 * What a scope adds to an empty test where the JVM has 50 threads and 100 descriptors more. It
 * prints the figure and asserts none: this machine may be loaded.
 */
@Tag("process")
class NoLeaksCostTest {

  private static final int THREADS = 50;
  private static final int DESCRIPTORS = 100;

  @Test
  void shouldTellWhatItAddsToAnEmptyTest() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    List<FileInputStream> open = new ArrayList<>();
    try {
      for (int i = 0; i < THREADS; i++) {
        Thread thread = new Thread(() -> awaitQuietly(end), "cost-" + i);
        thread.start();
        threads.add(thread);
      }
      for (int i = 0; i < DESCRIPTORS; i++) {
        open.add(new FileInputStream("/proc/self/stat"));
      }
      double plain = medianMillis(Empty.class);
      double census = medianMillis(Watched.class);
      double token = medianMillis(Exact.class);
      System.out.printf(
          Locale.ROOT,
          "an empty test takes %.3f ms; @NoLeaks adds %.3f ms, in token mode %.3f ms%n",
          plain,
          census - plain,
          token - plain);
    } finally {
      end.countDown();
      for (FileInputStream in : open) {
        in.close();
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static double medianMillis(Class<?> fixture) {
    List<Event> events =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(fixture))
            .execute()
            .testEvents()
            .stream()
            .toList();
    List<Event> started = events.stream().filter(e -> e.getType() == EventType.STARTED).toList();
    List<Event> finished = events.stream().filter(e -> e.getType() == EventType.FINISHED).toList();
    assertEquals(100, finished.size());
    long[] nanos = new long[100];
    for (int i = 0; i < nanos.length; i++) {
      assertEquals(
          TestExecutionResult.successful().getStatus(),
          finished.get(i).getRequiredPayload(TestExecutionResult.class).getStatus());
      nanos[i] =
          java.time.Duration.between(started.get(i).getTimestamp(), finished.get(i).getTimestamp())
              .toNanos();
    }
    Arrays.sort(nanos);
    return nanos[nanos.length / 2] / 1e6;
  }

  /** Does nothing, as an extension. */
  static final class Idle implements BeforeEachCallback, AfterEachCallback {
    @Override
    public void beforeEach(ExtensionContext context) {}

    @Override
    public void afterEach(ExtensionContext context) {}
  }

  @ExtendWith(Idle.class)
  static class Empty {
    @RepeatedTest(100)
    void shouldDoNothing() {}
  }

  @NoLeaks
  static class Watched {
    @RepeatedTest(100)
    void shouldDoNothing() {}
  }

  @NoLeaks(mode = LeakMode.TOKEN)
  static class Exact {
    @RepeatedTest(100)
    void shouldDoNothing() {}
  }
}
