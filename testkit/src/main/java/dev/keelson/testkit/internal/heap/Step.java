/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

/**
 * One line of a path.
 *
 * @param holder what holds
 * @param edge by which of its parts; empty for the end of the path
 * @param users whether the code that holds is the user's
 */
record Step(String holder, String edge, boolean users) {}
