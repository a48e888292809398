/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Assertions and fakes for tests of programs that start processes and threads.
 *
 * <p>A {@link dev.keelson.testkit.FakeLauncher} takes the place of a {@link
 * dev.keelson.process.Launcher}: its processes do what the test says, in virtual time, and all else
 * is Keelson's own code. {@link dev.keelson.testkit.KeelsonRules} finds places that still start raw
 * processes.
 *
 * <p>{@link dev.keelson.testkit.LeakScope} tells what a piece of code left behind, by name; {@link
 * dev.keelson.testkit.NoLeaks} asks it after every test of a class, and {@link
 * dev.keelson.testkit.Processes}, {@link dev.keelson.testkit.Threads}, {@link
 * dev.keelson.testkit.Descriptors} and {@link dev.keelson.testkit.Locks} are the same for any
 * framework. {@link dev.keelson.testkit.Gc} says what holds an object, {@link
 * dev.keelson.testkit.HeapGrowth} what there is more and more of. {@link
 * dev.keelson.testkit.Deadlocks}, {@link dev.keelson.testkit.HangReports} and {@link
 * dev.keelson.testkit.Wakeups} are about threads that wait for ever. {@link
 * dev.keelson.testkit.ScheduleTest} and {@link dev.keelson.testkit.Schedules} run a test under many
 * schedules, and the failed one again.
 *
 * <p>{@link dev.keelson.testkit.ChildProgram} writes the child processes that a test needs, {@link
 * dev.keelson.testkit.Procs} looks at them, and {@link dev.keelson.testkit.Await} waits without
 * sleeping blindly.
 */
@ParametersAreNonnullByDefault
package dev.keelson.testkit;

import javax.annotation.ParametersAreNonnullByDefault;
