/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

/**
 * A stream that promises what {@link InterruptibleIo} needs: an interrupt ends a read or write that
 * waits, by a {@link java.io.InterruptedIOException}, leaves the stream open and loses nothing.
 * What a read has taken it returns; how much a write has written is in {@code bytesTransferred}.
 *
 * <p>The streams of Keelson's child processes do. A stream of the JDK's does not: some cannot be
 * interrupted at all, and others are closed by it.
 */
public interface InterruptibleStream {}
