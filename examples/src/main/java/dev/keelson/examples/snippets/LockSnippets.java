/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples.snippets;

import dev.keelson.boundary.Boundary;
import dev.keelson.boundary.BoundaryContext;
import dev.keelson.boundary.BoundaryHook;
import dev.keelson.boundary.BoundaryOptions;
import dev.keelson.boundary.HookRegistration;
import dev.keelson.lock.BulkOutcome;
import dev.keelson.lock.HangReport;
import dev.keelson.lock.LockRegistry;
import dev.keelson.lock.LockScope;
import dev.keelson.lock.OrderChecking;
import dev.keelson.lock.PendingDump;
import dev.keelson.lock.ResettableLock;
import dev.keelson.lock.SiteRecording;
import dev.keelson.lock.StripedLocks;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;

/** What docs/locks.md shows. */
public final class LockSnippets {

  private LockSnippets() {}

  public static void registry(Object customer, List<String> accounts, ResettableLock elsewhere) {
    // snippet: lock-registry
    LockRegistry registry = LockRegistry.builder().name("shop").build();
    ResettableLock stock = registry.lock("stock"); // stays until registry.remove("stock")
    ResettableLock perCustomer = registry.keyed(customer); // forgotten when nobody needs it
    StripedLocks stripes = registry.striped("account", 64);
    try (StripedLocks.Held both = stripes.lockAll(accounts)) { // each stripe once, in one order
      System.out.println(both.locks().size() + " stripes for " + accounts.size() + " accounts");
    }
    registry.register(elsewhere); // weakly: knowing a lock does not keep it
    BulkOutcome outcome = registry.recoverAll(); // what dead threads left locked
    // end
    System.out.println(stock.name() + perCustomer.name() + outcome.released());
  }

  public static LockRegistry order() {
    // snippet: lock-order
    LockRegistry registry =
        LockRegistry.builder().order(OrderChecking.THROW).sites(SiteRecording.ALL).build();
    ResettableLock stock = registry.lock("stock");
    ResettableLock orders = registry.lock("orders");
    // end
    System.out.println(stock.name() + orders.name());
    return registry;
  }

  public static void scope(LockRegistry registry, ExecutorService pool, Runnable task) {
    // snippet: lock-scope
    try (LockScope scope = registry.openScope("nightly import")) {
      scope.execute(pool, task); // a task that leaves a lock held fails, and the lock is released
    } // so does this thread, for what it took since the scope was opened
    // end
  }

  public static void report(LockRegistry registry) {
    // snippet: lock-report
    try (PendingDump dump = registry.dumpLater(Duration.ofSeconds(30))) {
      HangReport report = registry.report(); // looks twice, half a second apart
      System.out.println(report.toText()); // or toJson(), toMermaid(), findings()
    } // nothing is logged if this is reached in time
    // end
  }

  private static final Queue<HookRegistration> KEPT = new ConcurrentLinkedQueue<>();

  public static void boundary(Object pool, BooleanSupplier checkpoint) throws InterruptedException {
    // snippet: lock-boundary
    BoundaryHook hook =
        new BoundaryHook() {
          @Override
          public void afterInChild(BoundaryContext context) {
            System.setProperty("app.instance", context.label()); // what a copy must not share
          }
        };
    KEPT.add(Boundary.register(pool, hook)); // who keeps no registration has no hook
    Boundary.cross(
        BoundaryOptions.defaults().label("checkpoint").quiesce(Duration.ofSeconds(5)),
        context -> {
          if (checkpoint.getAsBoolean()) { // true in the copy that was restored
            context.continueAsChild();
          }
          return true;
        });
    // end
  }
}
