/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Reads a heap dump of the JVM that it runs in, and finds out why an object is still there.
 *
 * <p>{@code DumpFile} gives access to the bytes, {@code DumpParser} goes through them once and
 * makes a {@code HeapDump}: classes, roots, frames, and an {@code ObjectIndex} of everything else.
 * {@code References} knows what an object refers to, and how strongly. {@code PathSearch} goes from
 * the roots to the object by the shortest way. {@code Naming} and {@code PathText} turn that way
 * into words that are about the user's program and not about hash tables. {@code WhyRetained} is
 * the front door.
 *
 * <p>The heap whose dump is read may be nearly full, so what grows with it is kept outside of it
 * ({@code OffHeapInts}, {@code OffHeapLongs}, mapped files).
 */
package dev.keelson.testkit.internal.heap;
