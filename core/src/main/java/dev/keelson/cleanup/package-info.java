/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Cleaning up after objects that were forgotten, in a way that cannot go wrong silently.
 *
 * <p>A {@link dev.keelson.cleanup.CleanupRealm} runs an action when its owner was collected, or
 * before, when somebody closes the {@link dev.keelson.cleanup.Registration}. What the action needs
 * is given to it apart from the owner, and an action or state that would keep the owner alive is
 * refused: {@link dev.keelson.cleanup.CapturingActionException} says by which field. The action
 * runs once. Where it had to be run by the collector, a {@link dev.keelson.cleanup.LeakReport} says
 * where the owner was made.
 *
 * <p>Closing is the way; the collector is the net below it. Nothing says when it runs, or that it
 * ever does.
 *
 * <p>Inside, a realm has a {@code Registry}. The usual one, {@code StripedRegistry}, keeps each
 * {@code Node}, a phantom reference that is its own registration, in one of 64 {@code Stripe}s;
 * taking it out of there is what decides who runs the action. One {@code Collector} with one daemon
 * thread serves the nodes whose owners are gone, whatever their realm, and has spare threads for
 * the time when an action blocks. {@code CleanerRegistry} does the same on a {@link
 * java.lang.ref.Cleaner}. {@code Captures} looks into actions, {@code Holdings} into states, {@code
 * Leaks} keeps the reports.
 *
 * <p>Memory consistency effects: what a thread did before a registration <i>happens-before</i> its
 * action.
 */
@ParametersAreNonnullByDefault
package dev.keelson.cleanup;

import javax.annotation.ParametersAreNonnullByDefault;
