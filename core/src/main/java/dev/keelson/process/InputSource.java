/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.function.Supplier;

/** What a {@link Stdin} stands for. */
sealed interface InputSource {

  record Empty() implements InputSource {}

  record Inherit() implements InputSource {}

  record Pipe() implements InputSource {}

  record FromFile(Path path) implements InputSource {}

  record FromStream(Supplier<? extends InputStream> supplier) implements InputSource {}

  /** Text is encoded with the command's charset, which is known only when it runs. */
  record FromText(String text) implements InputSource {
    byte[] encode(Charset charset) {
      return text.getBytes(charset);
    }
  }

  /** A class rather than a record: arrays have no value equality, and nobody may see ours. */
  final class FromBytes implements InputSource {
    private final byte[] bytes;

    FromBytes(byte[] bytes) {
      this.bytes = bytes.clone();
    }

    /** The bytes themselves, to be read only. */
    byte[] bytes() {
      return bytes;
    }
  }
}
