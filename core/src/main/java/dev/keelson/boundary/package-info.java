/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Moments at which a program stops being what it was: a checkpoint and its restore, the start of a
 * child JVM that carries on some of its work, the end of a test. Whoever holds something that does
 * not survive such a moment registers a {@link dev.keelson.boundary.BoundaryHook}; whoever brings
 * the moment about goes through {@link dev.keelson.boundary.Boundary#cross Boundary.cross}.
 *
 * <p>What holds for every crossing:
 *
 * <ul>
 *   <li>{@code before} runs in reverse order, {@code after...} in order: first by phase, then by
 *       registration;
 *   <li>an {@code after...} runs exactly for the hooks whose {@code before} was called, whatever
 *       was registered, closed or collected meanwhile;
 *   <li>a hook that fails keeps no other from being called; all failures are told together;
 *   <li>no lock of the program is taken. What must be quiet first is waited for, with a budget;
 *   <li>nothing of Keelson logs, or is loaded for the first time, while the child's hooks run.
 * </ul>
 *
 * <p>A launch of a process crosses no boundary by itself: the JVM starts processes without running
 * the program's code in between.
 */
@ParametersAreNonnullByDefault
package dev.keelson.boundary;

import javax.annotation.ParametersAreNonnullByDefault;
