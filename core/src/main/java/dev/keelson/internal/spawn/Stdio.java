/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.io.File;

/**
 * What one of a child's three standard streams is connected to. Immutable.
 *
 * <p>A file is opened by the engine in this process, relative to this process's working directory,
 * and given to the child as a descriptor.
 */
public sealed interface Stdio {

  /** The null device: end of file at once for an input, everything discarded for an output. */
  Stdio NULL = new Null();

  /** The same as this process's. */
  Stdio INHERIT = new Inherit();

  /** A pipe of which this process holds the other end. */
  Stdio PIPE = new Pipe();

  /** See {@link #NULL}. */
  record Null() implements Stdio {}

  /** See {@link #INHERIT}. */
  record Inherit() implements Stdio {}

  /** See {@link #PIPE}. */
  record Pipe() implements Stdio {}

  /** A pipe shared with another child. */
  record Linked(Link link) implements Stdio {}

  /** A file to read from. */
  record Source(File file) implements Stdio {}

  /** A file to write to, truncated first unless {@code append}. */
  record Sink(File file, boolean append) implements Stdio {}
}
