/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Assertions and fakes for tests of programs that start processes and threads.
 *
 * <p>{@link dev.keelson.testkit.LeakScope} tells what a piece of code left behind, by name; {@link
 * dev.keelson.testkit.NoLeaks} asks it after every test of a class. {@link
 * dev.keelson.testkit.ChildProgram} writes the child processes that a test needs, {@link
 * dev.keelson.testkit.Procs} looks at them, and {@link dev.keelson.testkit.Await} waits without
 * sleeping blindly.
 */
@ParametersAreNonnullByDefault
package dev.keelson.testkit;

import javax.annotation.ParametersAreNonnullByDefault;
