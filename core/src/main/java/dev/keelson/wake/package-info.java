/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Waiting without a lost wake-up: for other threads, for signals, and for blocking input and output
 * that can be cancelled with the channel left open.
 *
 * <p>A {@link dev.keelson.wake.Waker} is the one thing a thread waits on. Its state is a word in
 * memory, and only that word decides whether there is something to wake for; a parked thread's
 * permit, a selector's latch or a byte in a pipe merely end a sleep. So a wake-up of an owner that
 * is awake costs no system call, and none can be stolen, filled up or erased.
 *
 * <p>A {@link dev.keelson.wake.WaitSet} waits on one waker for channels, children, queues and
 * signals together. {@link dev.keelson.wake.SignalRouter} leads a signal to an action or a waker,
 * on a thread of Keelson's, beside the handlers that were there before. {@link
 * dev.keelson.wake.InterruptibleIo} reads and writes so that an interrupt or a wake-up ends the
 * call and leaves the channel open.
 *
 * <p>Inside, a {@code WakeProtocol} is the owner's half and {@code Rousing} the wakers' half of
 * what is done to the {@code WakeWord}; the essay in {@code Waker} tells both. A {@code Transport}
 * is where the owner sleeps: parked, in a selector, on an eventfd, or in somebody else's loop. A
 * {@code SignalRoute} counts what an {@code Installation} hears of the JVM, and {@code SignalProbe}
 * knows what the JVM allows.
 *
 * <p>Memory consistency effects: what a thread did before a wake-up <i>happens-before</i> what the
 * owner does after the wait that reports it.
 */
@ParametersAreNonnullByDefault
package dev.keelson.wake;

import javax.annotation.ParametersAreNonnullByDefault;
