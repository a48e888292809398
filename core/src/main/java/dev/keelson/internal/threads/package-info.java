/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The threads Keelson starts: daemons with Keelson's name on them that hold nothing of whoever
 * happened to need them first, and that end when there is nothing to do, but for the engines' loops
 * and the one in reserve. And what a thread of anybody's is asked: whether it is virtual, and
 * whether there is room on its stack. And the time that they wait in.
 */
@ParametersAreNonnullByDefault
package dev.keelson.internal.threads;

import javax.annotation.ParametersAreNonnullByDefault;
