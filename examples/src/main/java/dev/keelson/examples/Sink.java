/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a file wrapper has to give back: an open file with something in its buffer. Only who closes
 * it writes the last line.
 */
final class Sink {

  static final String LAST_LINE = "that is all\n";

  private final Writer writer;
  private final AtomicInteger releases;

  Sink(Path file, AtomicInteger releases) throws IOException {
    writer = Files.newBufferedWriter(file);
    this.releases = releases;
    writer.write(LAST_LINE);
  }

  void release() {
    releases.incrementAndGet();
    try {
      writer.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean isComplete(Path file) {
    try {
      return Files.readString(file).endsWith(LAST_LINE);
    } catch (IOException e) {
      return false;
    }
  }
}
