/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Runnable stories: each shows a wound with plain JDK code, bounded by a deadline, and then the
 * same program on Keelson, with numbers.
 *
 * <p>{@link dev.keelson.examples.Tour} runs them. A {@code Story} is one class; a {@code Stage}
 * prints for it and remembers what belongs in the summary; {@code Experiment} runs a piece of code
 * under a deadline and takes a {@code Census} before and after; {@code Trees} finds and ends by pid
 * whatever an experiment left. What needs a heap of its own runs in a second JVM, whose class ends
 * in {@code Main}; a {@code Plot} is written beside a table. S6 has its server in {@code
 * TaskServer}, S7 its peers in {@code FileWrapper}, and S12 its loops in {@code EventLoops}.
 */
package dev.keelson.examples;
