/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The linux engine: {@code posix_spawn} straight from Java, a pidfd for every child, and one epoll
 * loop for the whole JVM.
 *
 * <p>{@link dev.keelson.internal.spawn.linux.LinuxEngine} resolves the program ({@code
 * ProgramSearch}), opens what the child's streams are connected to ({@code Wiring}), writes
 * arguments and environment into one block of memory ({@code LaunchBlock}) and starts it. A {@code
 * LinuxChild} keeps the process: its pidfd is used under a reference count ({@code Counted}), and
 * the last user after the exit reaps. {@code PipeReader} and {@code PipeWriter} are our ends of
 * pipes; {@code Drain} reads one on the {@code Loop}.
 *
 * <p>Everything here is plain Java over the seam {@code dev.keelson.internal.linux.Kernel}. Where a
 * call is refused, {@code Tier} says what still works, and processes are started by the portable
 * engine and signalled by {@code PidfdEngine}.
 */
@ParametersAreNonnullByDefault
package dev.keelson.internal.spawn.linux;

import javax.annotation.ParametersAreNonnullByDefault;
