/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class LeakScopeThreadTest {

  private static final LeakPolicy THREADS =
      LeakPolicy.standard().only(LeakKind.THREAD).within(ofMillis(100)).scope("the test");

  @Test
  void shouldNameAParkedThreadAndWhereItIs() throws Exception {
    LeakScope oracle = LeakScope.open(THREADS);
    CountDownLatch end = new CountDownLatch(1);
    Thread thread = parked("left-behind-7", end);
    try {
      LeakError error = assertThrows(LeakError.class, oracle::assertNoLeaks);
      String message = String.valueOf(error.getMessage());
      assertTrue(message.startsWith("1 thread leaked by the test"), message);
      assertTrue(message.contains("THREAD \"left-behind-7\" id " + thread.getId() + ": WAITING"));
      assertTrue(message.contains("at dev.keelson.testkit.LeakScopeThreadTest"), message);
      oracle.assertNoLeaks(); // adopted
    } finally {
      end.countDown();
      thread.join();
    }
    LeakScope.open(THREADS).assertNoLeaks();
  }

  @Test
  void shouldWaitForAThreadThatIsAboutToEnd() throws Exception {
    LeakScope oracle = LeakScope.open(THREADS).within(ofSeconds(20));
    CountDownLatch end = new CountDownLatch(1);
    Thread thread = parked("short", end);
    CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS).execute(end::countDown);
    oracle.assertNoLeaks(); // and the delayer's and the common pool's threads are no leaks
    thread.join();
  }

  @Test
  void shouldBlameAThreadWhoseNameOnlyLooksLikeOneOfTheJvmsOrTheTools() throws Exception {
    for (String name : List.of("order-Poller", "Poller-1", "ping-server", "ping-timer-orders")) {
      LeakScope oracle = LeakScope.open(THREADS);
      CountDownLatch end = new CountDownLatch(1);
      Thread thread = parked(name, end);
      try {
        LeakFindings findings = oracle.check();
        assertEquals(1, findings.leaks().size(), findings.toText());
        assertTrue(findings.toText().contains("THREAD \"" + name + "\" id "), findings.toText());
      } finally {
        end.countDown();
        thread.join();
      }
    }
  }

  @Test
  void shouldIgnoreTheCommonPool() throws Exception {
    LeakScope oracle = LeakScope.open(THREADS);
    assertEquals(1, ForkJoinPool.commonPool().submit(() -> 1).get());
    oracle.assertNoLeaks();
  }

  @Test
  void shouldIgnoreWhatCarriesVirtualThreads() throws Exception {
    assumeTrue(Runtime.version().feature() >= 21);
    LeakScope oracle = LeakScope.open(THREADS);
    CountDownLatch ran = new CountDownLatch(1);
    Runnable body =
        () -> {
          LockSupport.parkNanos(1_000_000);
          ran.countDown();
        };
    FalseAlarmTest.startVirtual(body).join();
    ran.await();
    oracle.assertNoLeaks();
  }

  @Test
  void shouldNameAVirtualThreadThatStays() throws Exception {
    assumeTrue(Runtime.version().feature() >= 21);
    CountDownLatch end = new CountDownLatch(1);
    Thread before = FalseAlarmTest.startVirtual(() -> awaitQuietly(end));
    LeakScope scope = LeakScope.open(THREADS);
    scope.assertNoLeaks(); // it was there
    Thread thread = FalseAlarmTest.startVirtual(() -> awaitQuietly(end));
    try {
      Await.within(ofSeconds(30))
          .until(
              "it is seen",
              () -> {
                LeakFindings findings = scope.check();
                return findings.leaks().size() == 1
                    && findings.toText().contains("THREAD virtual \"\" id " + thread.getId())
                    && findings.toText().contains("LeakScopeThreadTest.awaitQuietly");
              });
    } finally {
      end.countDown();
      thread.join();
      before.join();
    }
    scope.within(ofSeconds(30)).assertNoLeaks();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void shouldKeepTheInterruptOfItsCaller() {
    LeakScope oracle = LeakScope.open(THREADS);
    CountDownLatch end = new CountDownLatch(1);
    parked("while-interrupted", end);
    try {
      Thread.currentThread().interrupt();
      assertFalse(oracle.check().isClean());
    } finally {
      assertTrue(Thread.interrupted());
      end.countDown();
    }
  }

  @Test
  void shouldIgnoreWhatKeelsonRetainsUntilItIsUsedAgain() throws Exception {
    LeakScope oracle = LeakScope.open(THREADS);
    CountDownLatch end = new CountDownLatch(1);
    Thread thread = parked("worker", end);
    try {
      Creation first = Creations.created(Creation.Kind.THREAD, thread.getId(), thread::getName);
      assertFalse(oracle.check().isClean());
      Creations.retained(first);
      oracle.assertNoLeaks();
      LeakScope later = LeakScope.open(THREADS);
      Creation second = Creations.reused(first);
      assertEquals(1, later.check().leaks().size());
      Creations.ended(second);
    } finally {
      end.countDown();
      thread.join();
    }
  }

  @Test
  @Tag("process")
  void shouldIgnoreTheJdksReapers() throws Exception {
    LeakScope oracle = LeakScope.open(THREADS);
    try (ProgramRun run = ProgramRun.of(ChildProgram.create().runForever())) {
      oracle.assertNoLeaks();
      assertTrue(Procs.kill(run.info));
      assertEquals(128 + 9, run.exit());
      oracle.assertNoLeaks();
    }
  }

  /** A reaper that cannot finish because somebody sits in a read of the dead child's stdout. */
  @Test
  @Tag("process")
  void shouldReportABlockedReaper() throws Exception {
    LeakScope oracle = LeakScope.open(THREADS).ignoring(LeakKind.THREAD, "reader", "planted");
    ChildProgram holder = ChildProgram.create().runForever();
    ChildProgram program =
        ChildProgram.create()
            .print("x")
            .grandchild(holder, Grandchild.HOLDS_STDOUT)
            .reportGrandchildren()
            .read(1);
    Process process = program.builder().start();
    InputStream out = process.getInputStream();
    String head = new String(out.readNBytes(6), US_ASCII);
    StringBuilder pid = new StringBuilder(head.substring(1));
    for (int c = out.read(); c != '\n'; c = out.read()) {
      pid.append((char) c);
    }
    ProcInfo grandchild = Procs.find(ChildProgram.pids(pid.toString()).get(0)).orElseThrow();
    Thread reader = new Thread(() -> readOn(out), "reader");
    reader.start();
    try {
      Await.soon()
          .until(
              "it sits in the read",
              () -> List.of(reader.getStackTrace()).toString().contains("readBytes"));
      process.getOutputStream().write('\n');
      process.getOutputStream().close();
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      // It comes to the stream after it has told of the exit.
      LeakFindings findings =
          Await.within(ofSeconds(30))
              .value("the reaper is blamed", oracle::check, seen -> seen.leaks().size() == 1);
      assertTrue(findings.leaks().get(0).name().startsWith("\"process reaper"), findings.toText());
    } finally {
      assertTrue(Procs.kill(grandchild));
      reader.join();
    }
    oracle.within(ofSeconds(30)).assertNoLeaks();
  }

  private static void readOn(InputStream out) {
    try {
      out.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // closed under its feet
    }
  }

  private static Thread parked(String name, CountDownLatch end) {
    Thread thread = new Thread(() -> awaitQuietly(end), name);
    thread.start();
    try {
      Await.within(ofSeconds(30))
          .until("it is parked", () -> thread.getState() == Thread.State.WAITING);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return thread;
  }
}
