/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.spawn.Stdio;
import java.io.File;
import java.lang.ProcessBuilder.Redirect;
import javax.annotation.Nullable;

/** Says in the JDK's words what needs no pipe. */
final class Redirects {

  private static final File NULL_DEVICE =
      new File(System.getProperty("os.name", "").startsWith("Windows") ? "NUL" : "/dev/null");
  private static final Redirect EMPTY = Redirect.from(NULL_DEVICE);

  private Redirects() {}

  /** The redirect for an input, or null if it is a pipe. */
  static @Nullable Redirect input(Stdio stdio) {
    if (stdio instanceof Stdio.Null) {
      return EMPTY;
    } else if (stdio instanceof Stdio.Inherit) {
      return Redirect.INHERIT;
    } else if (stdio instanceof Stdio.Source source) {
      return Redirect.from(source.file());
    }
    return null;
  }

  /** The redirect for an output, or null if it is a pipe. */
  static @Nullable Redirect output(Stdio stdio) {
    if (stdio instanceof Stdio.Null) {
      return Redirect.DISCARD;
    } else if (stdio instanceof Stdio.Inherit) {
      return Redirect.INHERIT;
    } else if (stdio instanceof Stdio.Sink sink) {
      return sink.append() ? Redirect.appendTo(sink.file()) : Redirect.to(sink.file());
    }
    return null;
  }
}
