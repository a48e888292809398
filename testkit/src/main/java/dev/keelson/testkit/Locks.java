/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.util.Objects.requireNonNull;

import dev.keelson.lock.LockRegistry;
import dev.keelson.testkit.internal.LockCensus;
import java.util.List;

/**
 * Asserts that locks are given back. Seen are the locks of every {@link LockRegistry}, its named
 * and keyed ones, and those that were registered.
 *
 * <pre>{@code
 * Locks.assertAllReleased(() -> account.transfer(10));
 * Locks.assertAllReleased(LockRegistry.global());
 * }</pre>
 *
 * <p>A lock that is left held is taken away from its owner after the failure, so that the next test
 * does not wait for it.
 *
 * <p><b>Thread safety.</b> Stateless; safe for use by multiple threads.
 */
public final class Locks {

  private Locks() {}

  /**
   * Runs the code and asserts that no lock is held afterwards that was not held before, by whatever
   * thread. If the code fails, that failure is thrown, with the locks as a suppressed one.
   *
   * @throws LeakError if a lock is held; its message says by whom
   * @throws Exception what the code throws
   */
  public static void assertAllReleased(Body body) throws Exception {
    LeakScope.run(LeakPolicy.standard().only(LeakKind.LOCK), body);
  }

  /**
   * Asserts that nobody holds a lock that came to be held in a scope. The scope stays open.
   *
   * @throws LeakError if a lock is held; its message says by whom
   * @throws IllegalArgumentException if the scope does not look for locks
   */
  public static void assertAllReleased(LeakScope scope) {
    scope.only(LeakKind.LOCK).assertNoLeaks();
  }

  /**
   * Asserts that nobody holds a lock of a registry, or that all are given back within two seconds.
   *
   * @throws LeakError if a lock is held; its message says by whom
   */
  public static void assertAllReleased(LockRegistry registry) {
    requireNonNull(registry, "registry");
    LeakPolicy policy =
        LeakPolicy.standard().only(LeakKind.LOCK).scope("users of registry " + registry.name());
    LeakScope.comparing(policy, List.of(LockCensus.ofAll(registry))).assertNoLeaks();
  }
}
