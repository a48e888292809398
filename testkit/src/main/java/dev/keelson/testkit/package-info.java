/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Assertions and fakes for tests of programs that start processes and threads.
 *
 * <p>{@link dev.keelson.testkit.LeakScope} tells what a piece of code left behind, by name; {@link
 * dev.keelson.testkit.NoLeaks} asks it after every test of a class, and {@link
 * dev.keelson.testkit.Processes}, {@link dev.keelson.testkit.Threads}, {@link
 * dev.keelson.testkit.Descriptors} and {@link dev.keelson.testkit.Locks} are the same for any
 * framework. {@link dev.keelson.testkit.Gc} says what holds an object, {@link
 * dev.keelson.testkit.HeapGrowth} what there is more and more of. {@link
 * dev.keelson.testkit.Deadlocks}, {@link dev.keelson.testkit.HangReports} and {@link
 * dev.keelson.testkit.Wakeups} are about threads that wait for ever. {@link
 * dev.keelson.testkit.ScheduleTest} runs a test under many schedules, and the failed one again.
 *
 * <p>{@link dev.keelson.testkit.ChildProgram} writes the child processes that a test needs, {@link
 * dev.keelson.testkit.Procs} looks at them, and {@link dev.keelson.testkit.Await} waits without
 * sleeping blindly.
 */
@ParametersAreNonnullByDefault
package dev.keelson.testkit;

import javax.annotation.ParametersAreNonnullByDefault;
