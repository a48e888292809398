/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

/**
 * Told of leaks, in the place of the log.
 *
 * <p>Called once for each place where forgotten registrations are made, for the first of them; the
 * others are counted in {@link CleanupRealm#leaks}. Calls come from the thread that runs the
 * actions of collected owners: a listener that blocks is treated like an action that blocks, and
 * what it throws is logged.
 */
@FunctionalInterface
public interface LeakListener {

  /** Registrations made at a certain place are forgotten. */
  void leaked(LeakReport report);
}
