/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

/**
 * What a {@link Waker} has done since it was made. Immutable.
 *
 * <p>Read while threads wake and wait, the numbers are of slightly different moments; afterwards
 * they are exact, except that {@code coalesced}, and with it {@code wakes}, is a lower bound where
 * two threads share a slot to count in (there are twice the processors, 16 at most).
 *
 * @param wakes all calls on the open waker that were to rouse its owner
 * @param delivered those that met an owner in its wait
 * @param elided those that met an owner awake, and needed no system call
 * @param coalesced those that found a wake-up pending
 * @param writes system calls made to rouse the owner; a closing one is among them
 * @param waits waits that were begun because nothing was pending
 * @param spurious times the owner was roused with nothing pending and went back to sleep
 * @param late deliveries whose wake-up the owner had taken before the system call, which was left
 *     out
 * @param missed wake-ups that did not end a sleep; counted only where the property {@code
 *     keelson.wake.oracle} is set, and always zero but for a bug, or where the owner's thread was
 *     not let run for half of that time
 */
public record WakeStats(
    long wakes,
    long delivered,
    long elided,
    long coalesced,
    long writes,
    long waits,
    long spurious,
    long late,
    long missed) {}
