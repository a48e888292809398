/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Where a child's standard output or standard error goes. Immutable and reusable, like the {@link
 * Command} it is given to.
 *
 * <p>Whatever is chosen, the child never blocks for ever on a pipe that nobody reads, except on
 * {@link #pipe()}, which is yours to read, and while a consumer of yours is slower than the child:
 * that is back-pressure, and memory stays bounded by the buffers. A consumer that never returns is
 * waited for until the command's timeout, and for ever where there is none.
 *
 * <p>Consumers and streams run on a thread of Keelson's, one for each output, never two at a time
 * for one output. If one throws, the child's tree is ended and the run fails with a {@link
 * CommandException} whose cause is what was thrown.
 */
public final class Stdout {

  private static final Stdout CAPTURE = new Stdout("capture", new OutputTarget.Capture());
  private static final Stdout DISCARD = new Stdout("discard", new OutputTarget.Discard());
  private static final Stdout INHERIT = new Stdout("inherit", new OutputTarget.Inherit());
  private static final Stdout PIPE = new Stdout("pipe", new OutputTarget.Pipe());

  private final String name;
  private final OutputTarget target;

  private Stdout(String name, OutputTarget target) {
    this.name = name;
    this.target = target;
  }

  /**
   * Kept in memory for the {@link Result}: standard output up to {@link Command#maxOutput},
   * standard error up to 1 MiB, of which the middle is left out where there is more. The default
   * for both.
   */
  public static Stdout capture() {
    return CAPTURE;
  }

  /** Dropped, by the system, at no cost. */
  public static Stdout discard() {
    return DISCARD;
  }

  /** This process's own standard output, or standard error. */
  public static Stdout inherit() {
    return INHERIT;
  }

  /**
   * This file, created or emptied when the child starts and given to it as a descriptor: no byte
   * passes through this process.
   */
  public static Stdout file(Path path) {
    return new Stdout("file", new OutputTarget.ToFile(requireNonNull(path, "path"), false));
  }

  /**
   * The end of this file, created if it is missing; every write of the child goes to the end,
   * whoever else appends.
   */
  public static Stdout append(Path path) {
    return new Stdout("append", new OutputTarget.ToFile(requireNonNull(path, "path"), true));
  }

  /**
   * Line by line, decoded with the command's charset. A line ends with {@code \n}, {@code \r\n} or
   * {@code \r}, which are not passed on; the last one may have no end.
   */
  public static Stdout lines(Consumer<? super String> consumer) {
    return new Stdout("lines", new OutputTarget.Lines(requireNonNull(consumer, "consumer")));
  }

  /**
   * A stream, which the supplier opens once for each run and Keelson flushes and closes. So never
   * give it a stream that others use, such as {@code System.out}: {@link #inherit} is for that.
   */
  public static Stdout to(Supplier<? extends OutputStream> supplier) {
    return new Stdout("to", new OutputTarget.ToStream(requireNonNull(supplier, "supplier")));
  }

  /**
   * A pipe: you read {@link Child#stdout()} or {@link Child#stderr()}. For {@link Command#start()};
   * a {@code run()} has no reader.
   */
  public static Stdout pipe() {
    return PIPE;
  }

  /**
   * All of these, byte for byte, in this order.
   *
   * @throws IllegalArgumentException if there are none, or one of them is a {@link #pipe()}, which
   *     has a pace of its own
   */
  public static Stdout tee(Stdout... outputs) {
    requireNonNull(outputs, "outputs");
    if (outputs.length == 0) {
      throw new IllegalArgumentException("outputs is empty; give at least one, or use discard()");
    }
    List<OutputTarget> targets = new ArrayList<>();
    for (Stdout output : outputs) {
      requireNonNull(output, "outputs contains null");
      if (output.target instanceof OutputTarget.Pipe) {
        throw new IllegalArgumentException(
            "outputs contains pipe(), which cannot be one of several; use to(...) or lines(...)");
      } else if (output.target instanceof OutputTarget.Tee tee) {
        targets.addAll(tee.targets());
      } else {
        targets.add(output.target);
      }
    }
    return new Stdout("tee", new OutputTarget.Tee(List.copyOf(targets)));
  }

  OutputTarget target() {
    return target;
  }

  @Override
  public String toString() {
    return name;
  }
}
