/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a testkit needs to see of Keelson from the inside, and nothing else: that something with a
 * lifetime came to life ({@link dev.keelson.spi.CreationListener}), and that a protocol reached a
 * point where another thread may be let in ({@link dev.keelson.spi.ScheduleHook}).
 *
 * <p>{@link dev.keelson.spi.SchedulePoints} is also for programs, which name such points in code of
 * their own.
 *
 * <p>Listener and hook are looked up once, by {@link java.util.ServiceLoader}, when the first
 * Keelson class that reports to them is initialised, and are held in {@code static final} fields:
 * without a provider on the path each report is a test of a constant that the compiler removes.
 *
 * <p>A provider runs inside Keelson's own protocols. It must be quick, must not throw, and must not
 * call back into Keelson. A listener must not block either; a schedule hook may, as that is what it
 * is for.
 */
@ParametersAreNonnullByDefault
package dev.keelson.spi;

import javax.annotation.ParametersAreNonnullByDefault;
