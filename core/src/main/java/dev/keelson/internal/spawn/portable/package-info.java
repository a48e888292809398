/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The engine for every system and JDK: {@link java.lang.ProcessBuilder} starts the process, the JDK
 * reaps it, and everything on our side of its pipes is ours.
 *
 * <p>{@link dev.keelson.internal.spawn.portable.PortableEngine} connects the streams through a
 * {@code PipeSource}. On Linux that is {@code OwnPipes}: pooled pipes that a child opens by their
 * path in {@code /proc/self/fd}, read by the one {@code IoLoop} where bytes go to memory and by
 * whoever asks otherwise, so that no thread is ever parked in a stream of {@code
 * java.lang.Process}. Elsewhere it is {@code StreamPipes}, the JDK's own, with a thread a stream.
 * {@code ExitWatch} notices ends.
 */
@ParametersAreNonnullByDefault
package dev.keelson.internal.spawn.portable;

import javax.annotation.ParametersAreNonnullByDefault;
