/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.spawn.BrokenEndException;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import javax.annotation.Nullable;

/** Says what the system refused, in the words of the JDK. */
final class Failures {

  private Failures() {}

  /** A call of our own that failed. */
  static IOException of(Kernel kernel, int answer) {
    return new IOException(text(kernel, answer));
  }

  /** A read or write that failed, in which nobody looks for a number. */
  static IOException ofStream(Kernel kernel, int answer) {
    String text = kernel.message(-answer);
    return answer == -Linux.EPIPE ? new IOException(text) : new BrokenEndException(text);
  }

  /** A program that could not be started. */
  static IOException cannotRun(
      Kernel kernel, JdkWords words, String program, @Nullable File directory, int answer) {
    String why = words.of(-answer, kernel.message(-answer));
    return new IOException(
        "Cannot run program \""
            + program
            + "\""
            + (directory == null ? "" : " (in directory \"" + directory + "\")")
            + ": "
            + why,
        new IOException(why));
  }

  /**
   * A file that could not be opened for a child; where no descriptor is left, the file is innocent.
   */
  static IOException cannotOpen(Kernel kernel, File file, int answer) {
    if (-answer == Linux.EMFILE || -answer == Linux.ENFILE) {
      return of(kernel, answer);
    }
    return new FileNotFoundException(file.getPath() + " (" + kernel.message(-answer) + ")");
  }

  static IOException cannotSignal(Kernel kernel, long pid, int signal, int answer) {
    return new IOException(
        "cannot send signal " + signal + " to pid " + pid + ": " + kernel.message(-answer));
  }

  private static String text(Kernel kernel, int answer) {
    return "error=" + -answer + ", " + kernel.message(-answer);
  }
}
