/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Waiting without a lost wake-up: for other threads, for signals, and for blocking input and output
 * that can be cancelled with the channel left open.
 *
 * <p>A {@link dev.keelson.wake.Waker} is the one thing a thread waits on. Its state is a word in
 * memory, and only that word decides whether there is something to wake for; a parked thread's
 * permit, a selector's latch or a byte in a pipe merely end a sleep. So a wake-up of an owner that
 * is awake costs no system call, and none can be stolen, filled up or erased.
 */
@ParametersAreNonnullByDefault
package dev.keelson.wake;

import javax.annotation.ParametersAreNonnullByDefault;
