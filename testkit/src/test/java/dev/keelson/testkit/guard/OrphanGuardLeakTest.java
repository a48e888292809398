/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.keelson.internal.spawn.Guard;
import dev.keelson.internal.spawn.guard.OrphanGuard;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.LeakScope;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The guard of this very JVM, which others may have started before. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class OrphanGuardLeakTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  @Test
  void shouldBeLeftOutOfLeakChecksWhenItIsStartedAndWhenItIsStartedAgain() throws Exception {
    LeakScope first = LeakScope.open().within(SOON);
    enter().remove();
    first.assertNoLeaks();

    ProcInfo watchdog = watchdogs().get(0);
    LeakScope second = LeakScope.open().within(SOON);
    Procs.kill(watchdog);
    Await.soon().until("it is gone", () -> Procs.isGone(watchdog));
    enter().remove();
    second.assertNoLeaks();
  }

  @Test
  void shouldShareOneStartAmongConcurrentCallers() throws Exception {
    enter().remove();
    ProcInfo watchdog = watchdogs().get(0);
    Procs.kill(watchdog);
    Await.soon().until("it is gone", () -> Procs.isGone(watchdog));

    int threads = 16;
    CountDownLatch ready = new CountDownLatch(threads);
    Set<ProcInfo> seen = ConcurrentHashMap.newKeySet();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> callers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        callers.add(
            pool.submit(
                () -> {
                  ready.countDown();
                  ready.await();
                  enter().remove();
                  return seen.add(watchdogs().get(0));
                }));
      }
      for (Future<?> caller : callers) {
        caller.get();
      }
    } finally {
      pool.shutdownNow();
    }
    assertEquals(1, watchdogs().size());
    assertEquals(1, seen.stream().map(ProcInfo::pid).distinct().count());
  }

  @Test
  void shouldKeepAnInterrupt() throws Exception {
    Thread.currentThread().interrupt();
    Guard.Entry entry = enter();
    assertEquals(true, Thread.interrupted());
    entry.remove();
  }

  private static Guard.Entry enter() {
    Guard.Entry entry = OrphanGuard.shared().enter("KEELSON_ID=leak-test-" + UUID.randomUUID());
    assertNotNull(entry, () -> OrphanGuard.shared().support().toString());
    return entry;
  }

  private static List<ProcInfo> watchdogs() {
    return Procs.children(ProcessHandle.current().pid()).stream()
        .filter(p -> p.isAlive() && Procs.commandLine(p.pid()).contains(" keelson-guard "))
        .toList();
  }
}
