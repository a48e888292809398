/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Finds and ends what a process started, for every engine.
 *
 * <p>{@code TreeEnder} is the protocol: ask, wait, make them, say what became of whom. It sees a
 * tree through a {@code TreeView}. {@code ProcessTable} looks for members in Linux's {@code /proc},
 * {@code HandleTable} by the JDK's handles where there is none. {@code FreezeWalk} is a table whose
 * members are held by {@link dev.keelson.internal.spawn.tree.Hold}s, which no other process can get
 * hold of by taking over a pid, and which stops a tree before it lists it, so that it cannot fork
 * away. {@code Rehearsal} goes through all that once on paper, so that a JVM's first deadline does
 * not wait for classes.
 */
@ParametersAreNonnullByDefault
package dev.keelson.internal.spawn.tree;

import javax.annotation.ParametersAreNonnullByDefault;
