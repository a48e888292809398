/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Where a child's standard input comes from. Immutable and reusable, like the {@link Command} it is
 * given to.
 *
 * <p>A child that ends without reading all of its input is no failure: the rest is dropped.
 */
public final class Stdin {

  private static final Stdin EMPTY = new Stdin("empty", new InputSource.Empty());
  private static final Stdin INHERIT = new Stdin("inherit", new InputSource.Inherit());
  private static final Stdin PIPE = new Stdin("pipe", new InputSource.Pipe());

  private final String name;
  private final InputSource source;

  private Stdin(String name, InputSource source) {
    this.name = name;
    this.source = source;
  }

  /**
   * Nothing: the child sees the end of its input at once. The default, so that no child waits for
   * ever for input nobody sends.
   */
  public static Stdin empty() {
    return EMPTY;
  }

  /** This process's own standard input. */
  public static Stdin inherit() {
    return INHERIT;
  }

  /** These bytes, which are copied, and then the end. */
  public static Stdin bytes(byte[] bytes) {
    return new Stdin("bytes", new InputSource.FromBytes(requireNonNull(bytes, "bytes")));
  }

  /** This text in the command's charset, and then the end. */
  public static Stdin text(String text) {
    return new Stdin("text", new InputSource.FromText(requireNonNull(text, "text")));
  }

  /** This file, opened when the child starts and given to it as a descriptor. */
  public static Stdin file(Path path) {
    return new Stdin("file", new InputSource.FromFile(requireNonNull(path, "path")));
  }

  /**
   * What a stream delivers, and then the end. The supplier is called once for each run, and its
   * stream read and closed, on a thread of Keelson's. If either fails the child is ended and the
   * run fails: a child never takes half an input for a whole one.
   *
   * <p>A stream that blocks does not hold up the result of a child that has ended: its thread is
   * interrupted and left to itself.
   */
  public static Stdin stream(Supplier<? extends InputStream> supplier) {
    return new Stdin("stream", new InputSource.FromStream(requireNonNull(supplier, "supplier")));
  }

  /**
   * A pipe: you write to {@link Child#stdin()} and close it. For {@link Command#start()}; a {@code
   * run()} has nobody to write.
   */
  public static Stdin pipe() {
    return PIPE;
  }

  InputSource source() {
    return source;
  }

  @Override
  public String toString() {
    return name;
  }
}
