/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Starting processes without harm to the program that starts them.
 *
 * <p>A {@link dev.keelson.process.Command} says what to run. {@link dev.keelson.process.Command#run
 * run} gives a {@link dev.keelson.process.Result} or a {@link
 * dev.keelson.process.CommandException}; {@link dev.keelson.process.Command#start start} gives a
 * {@link dev.keelson.process.Child} to talk to. Both go through a {@link
 * dev.keelson.process.Launcher}, the system's or one of your own. {@link
 * dev.keelson.process.SafeProcessBuilder} stands in for {@link java.lang.ProcessBuilder} where code
 * should not change otherwise.
 *
 * <p>What holds for every command, whatever it runs:
 *
 * <ul>
 *   <li>its outputs are drained at the same time, so that it never blocks on a full pipe that
 *       nobody reads;
 *   <li>a deadline covers start, input, output, exit and drain, and holds whoever keeps a pipe
 *       open;
 *   <li>an interrupt ends its tree and is never swallowed;
 *   <li>a failed start leaves no process, descriptor, thread or file, except for redirect files
 *       that were created or truncated before it failed;
 *   <li>every child is reaped, once; no signal is sent to a pid that is no longer its own, as far
 *       as {@link dev.keelson.process.Guarantee#NO_RECYCLED_PID} goes;
 *   <li>when this JVM dies, so do the trees it was running, unless the command or its launcher says
 *       otherwise, and as far as {@link dev.keelson.process.Guarantee#ORPHAN_GUARD} goes.
 * </ul>
 *
 * <p>Inside, in the order in which a command comes by: {@code DefaultLauncher} makes a {@code
 * Start} of it, which waits for a place among the {@code Permits}, has {@code Requests} say in an
 * engine's words what is wanted, and gets a process. From then on there is a {@code ChildProcess}
 * (the user holds it as a {@code StartedChild}, which can be seen to be forgotten) and its {@code
 * Execution}, which lives until the outcome is known. What may happen next is decided in one place
 * without threads, the {@code Course}, with its clock, the {@code Agenda}; {@code Lifecycle} puts a
 * lock around it and hands out each {@code Step} once. {@code Driver} looks at the clock and at the
 * process, {@code Streams} holds the two {@code Output}s and the {@code InputFeeder}, and {@code
 * TreeEnd} is the one ending of the tree. The {@code Outcome} becomes a result or an exception, and
 * {@code Events} and {@code Flight} tell of it. The {@code DropIn...} classes dress an engine's
 * process up as one of the JDK's: for {@link dev.keelson.process.SafeProcessBuilder}, which has
 * none of the above, and for {@link dev.keelson.process.Child#asProcess}.
 *
 * <p>Memory consistency effects: everything done for a command, by Keelson and by consumers that it
 * called, <i>happens-before</i> its result or exception is seen by any thread.
 */
@ParametersAreNonnullByDefault
package dev.keelson.process;

import javax.annotation.ParametersAreNonnullByDefault;
