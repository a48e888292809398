/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples.snippets;

import static java.time.Duration.ofSeconds;

import dev.keelson.lock.LockRegistry;
import dev.keelson.lock.OrderChecking;
import dev.keelson.lock.SiteRecording;
import dev.keelson.testkit.AllowLeak;
import dev.keelson.testkit.Deadlocks;
import dev.keelson.testkit.Descriptors;
import dev.keelson.testkit.HangReports;
import dev.keelson.testkit.HeapGrowth;
import dev.keelson.testkit.LeakKind;
import dev.keelson.testkit.LeakMode;
import dev.keelson.testkit.LeakPolicy;
import dev.keelson.testkit.LeakScope;
import dev.keelson.testkit.Locks;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.Processes;
import dev.keelson.testkit.Threads;
import dev.keelson.testkit.Wakeups;
import dev.keelson.wake.Waker;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What docs/testkit.md shows. */
public final class TestkitSnippets {

  private TestkitSnippets() {}

  /** Something to test. */
  public interface Pool extends AutoCloseable {
    /** Does some work. */
    void work();

    @Override
    void close();
  }

  /** Something that handles requests. */
  public interface Server {
    void handle(String request);
  }

  /** Its two locks are of the registry it was made with. */
  public interface Bank {
    void transfer();

    void back();
  }

  static Pool newPool() {
    return new Pool() {
      @Override
      public void work() {}

      @Override
      public void close() {}
    };
  }

  // snippet: no-leaks
  @NoLeaks
  static class PoolTest {
    @Test
    void shouldEndItsChildrenWhenClosed() {
      try (Pool pool = newPool()) {
        pool.work();
      }
    }
  }

  // end

  // snippet: allow-leak
  @NoLeaks(scope = NoLeaks.Scope.CLASS)
  @AllowLeak(kinds = LeakKind.THREAD, name = "otel-.*", reason = "the agent never ends its own")
  static class WholeClassTest {}

  @NoLeaks(mode = LeakMode.TOKEN)
  static class ParallelTest {}

  // end

  /** For any framework. */
  public static void statically(Pool pool, LockRegistry registry) throws Exception {
    // snippet: leak-static
    Processes.assertNoneLeft(pool::close);
    Threads.assertNoneLeft(pool::close);
    Descriptors.assertNoneLeft(pool::close);
    Locks.assertAllReleased(pool::work);
    Locks.assertAllReleased(registry);
    // end
  }

  /** Several kinds at once. */
  public static void scoped(Pool pool) {
    // snippet: leak-scope
    LeakPolicy policy =
        LeakPolicy.standard()
            .scope("the nightly batch")
            .within(ofSeconds(5))
            .ignoring(LeakKind.THREAD, "metrics-.*", "reports until the JVM ends");
    try (LeakScope scope = LeakScope.open(policy)) {
      pool.work();
      System.out.println(scope.check().toText()); // as often as you like
      pool.close();
    } // fails here if anything is left
    // end
  }

  /** Memory. */
  public static void memory(Server server) throws Exception {
    // snippet: heap-growth
    HeapGrowth leaking = HeapGrowth.of(5, 20, () -> server.handle("report"));
    HeapGrowth clean = HeapGrowth.of(5, 20, () -> server.handle("ping"));
    leaking.minus(clean).assertNone();
    // end
  }

  /** Locks. */
  public static void locks(Function<LockRegistry, Bank> newBank) throws Exception {
    // snippet: deadlocks
    Bank bank = newBank.apply(LockRegistry.global());
    Deadlocks.assertNone(ofSeconds(10), bank::transfer, bank::back);

    LockRegistry registry =
        LockRegistry.builder().order(OrderChecking.WARN).sites(SiteRecording.ALL).build();
    Bank checked = newBank.apply(registry); // it takes its locks from there
    checked.transfer();
    checked.back(); // one after the other: nothing hangs
    Deadlocks.assertLockOrderConsistent(registry); // of the locks that are of this registry
    // end
  }

  // snippet: hang-reports
  @ExtendWith(HangReports.class)
  @Timeout(10)
  static class SlowTest {}

  // end

  /** Wake-ups. */
  public static void wakeups() throws InterruptedException {
    // snippet: wakeups
    try (Waker waker = Waker.create()) {
      Wakeups.assertNoneLost(waker, 10_000, ofSeconds(2));
    }
    // end
  }
}
