/* SPDX-License-Identifier: Apache-2.0 */

/**
 * Keelson's in-memory primitives under Lincheck: a model names the operations, Lincheck makes
 * scenarios of them, tries the interleavings of each, and asks whether some order of the operations
 * one after the other explains the results.
 *
 * <p>Each {@link dev.keelson.testkit.lincheck.Model} has a planted twin that has to come out red,
 * on every JDK: a version of Lincheck that cannot rewrite the classes of a JDK stays green there.
 * {@link dev.keelson.testkit.lincheck.LincheckTest} runs all of them in a JVM of their own, as
 * Lincheck attaches an agent to the JVM in which it is.
 *
 * <p>Only what never blocks can be a model. Lincheck does not see the JDK's own locks: an operation
 * that waits for one hangs. So links, whose changes are made under locks, are left to the schedule
 * tests and to jcstress.
 */
package dev.keelson.testkit.lincheck;
