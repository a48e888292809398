/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The orphan guard: one {@code /bin/sh} watchdog per JVM that ends the guarded trees when the JVM
 * dies by any means.
 *
 * <p>{@link dev.keelson.internal.spawn.guard.OrphanGuard} keeps the post manned, a {@code Watchdog}
 * is one process on a lifeline pipe that runs {@code WatchdogScript}, and {@code GuardTable} is the
 * memory-mapped list of live cookies that the watchdog reads when the lifeline ends, and not
 * before.
 */
@ParametersAreNonnullByDefault
package dev.keelson.internal.spawn.guard;

import javax.annotation.ParametersAreNonnullByDefault;
