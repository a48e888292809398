/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What a {@link Stdout} stands for. */
sealed interface OutputTarget {

  record Capture() implements OutputTarget {}

  record Discard() implements OutputTarget {}

  record Inherit() implements OutputTarget {}

  record Pipe() implements OutputTarget {}

  record ToFile(Path path, boolean append) implements OutputTarget {}

  record Lines(Consumer<? super String> consumer) implements OutputTarget {}

  record ToStream(Supplier<? extends OutputStream> supplier) implements OutputTarget {}

  record Tee(List<OutputTarget> targets) implements OutputTarget {}
}
