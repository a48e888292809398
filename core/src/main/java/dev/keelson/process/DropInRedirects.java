/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.Stdio;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.Objects;

/** Says in the engine's words what the JDK's redirects mean. */
final class DropInRedirects {

  private DropInRedirects() {}

  static Stdio stdin(Redirect source) {
    return switch (source.type()) {
      case PIPE -> Stdio.PIPE;
      case INHERIT -> Stdio.INHERIT;
      default -> new Stdio.Source(file(source));
    };
  }

  static Stdio output(Redirect destination) {
    if (destination.equals(Redirect.DISCARD)) {
      return Stdio.NULL;
    }
    return switch (destination.type()) {
      case PIPE -> Stdio.PIPE;
      case INHERIT -> Stdio.INHERIT;
      default -> new Stdio.Sink(file(destination), isAppend(destination));
    };
  }

  /**
   * Creates or truncates the file of a standard error that is merged into the standard output and
   * leaves it at that, as the JDK does.
   */
  static void touch(Redirect destination) throws IOException {
    if (destination.file() != null) {
      new FileOutputStream(file(destination), isAppend(destination)).close();
    }
  }

  private static boolean isAppend(Redirect destination) {
    return destination.type() == Redirect.Type.APPEND;
  }

  private static File file(Redirect redirect) {
    return Objects.requireNonNull(redirect.file(), "file");
  }
}
