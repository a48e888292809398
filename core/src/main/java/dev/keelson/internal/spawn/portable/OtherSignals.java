/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.spawn.Headroom;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.concurrent.TimeUnit;

/**
 * Sends the signals that the JDK cannot, by the shell's {@code kill}. The start time was checked a
 * moment before; between that and the delivery the pid could be taken over, which is why the trait
 * is only WEAKER here.
 */
final class OtherSignals {

  private static final File SHELL = new File("/bin/sh");
  private static final long PATIENCE_SECONDS = 5;

  private OtherSignals() {}

  static void send(Process process, int signal) throws IOException {
    if (!SHELL.canExecute()) {
      throw new IOException(
          "cannot send signal " + signal + ": only TERM and KILL can be sent without /bin/sh");
    }
    if (!process.isAlive()) {
      return;
    }
    Headroom.require();
    Process kill =
        new ProcessBuilder(SHELL.getPath(), "-c", "kill -" + signal + " " + process.pid())
            .redirectInput(Redirect.from(new File("/dev/null")))
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD)
            .start();
    try {
      if (!kill.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        kill.destroyForcibly();
        throw new IOException("cannot send signal " + signal + ": the shell does not answer");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the signal is on its way all the same
      return;
    }
    if (kill.exitValue() != 0 && process.isAlive()) {
      throw new IOException("cannot send signal " + signal + " to pid " + process.pid());
    }
  }
}
