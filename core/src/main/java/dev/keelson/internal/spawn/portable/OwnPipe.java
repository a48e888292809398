/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.channels.Pipe;
import javax.annotation.Nullable;

/**
 * A pipe whose read end is ours and whose path lets a child have another end of it.
 *
 * <p>On Linux {@code /proc/self/fd/N} opens the pipe behind descriptor N anew, in the direction
 * that is asked for: {@code ProcessBuilder.Redirect.to} that path gives a child a write end, {@code
 * Redirect.from} a read end. This process keeps a selectable channel, which is what {@code
 * java.lang.Process} never hands out: a read from it can be woken and its end of file is ours to
 * decide. Holds one descriptor. Not safe for use by multiple threads; its user provides that.
 */
final class OwnPipe {

  private final Pipe.SourceChannel source;
  private final int number;
  private @Nullable Creation creation;

  private OwnPipe(Pipe.SourceChannel source, int number) {
    this.source = source;
    this.number = number;
    creation = Creations.created(Creation.Kind.DESCRIPTOR, number, () -> "pipe to read from");
  }

  /**
   * A pipe for a child's output: nobody holds a write end yet, so that a read finds the end of file
   * until one is opened.
   */
  static OwnPipe open() throws IOException {
    Pipe pipe = Pipe.open();
    try {
      return of(pipe);
    } catch (IOException | RuntimeException | Error e) {
      Channels.closeQuietly(pipe.source());
      throw e;
    } finally {
      Channels.closeQuietly(pipe.sink());
    }
  }

  /** The read end of a pipe; the write end stays the caller's, and so do both if this throws. */
  static OwnPipe of(Pipe pipe) throws IOException {
    return new OwnPipe(pipe.source(), DescriptorNumber.of(pipe));
  }

  /** The channel, never blocking. */
  Pipe.SourceChannel source() {
    return source;
  }

  /**
   * What to open for another end. Means this pipe only as long as {@link #close} has not been
   * called.
   */
  File path() {
    return DescriptorNumber.path(number);
  }

  /** How many bytes are in the pipe. */
  int available() throws IOException {
    try (FileInputStream another = new FileInputStream(path())) {
      return another.available();
    }
  }

  /** Says that the pipe waits for its next user. */
  void retained() {
    Creations.retained(creation);
  }

  /** Says that the pipe has a user again. */
  void reused() {
    creation = Creations.reused(creation);
  }

  void close() {
    Creations.ended(creation);
    Channels.closeQuietly(source);
  }
}
