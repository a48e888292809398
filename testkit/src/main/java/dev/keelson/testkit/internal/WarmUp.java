/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.nio.file.Path;

/**
 * Makes the JDK open the descriptors that its I/O classes keep for the whole life of the JVM, so
 * that no test is blamed for being the first to use them.
 */
public final class WarmUp {

  static {
    try {
      FileChannel.open(Path.of("/dev/null")).close();
      Selector.open().close();
      Pipe pipe = Pipe.open();
      pipe.sink().close();
      pipe.source().close();
    } catch (IOException e) {
      System.getLogger(WarmUp.class.getPackageName())
          .log(System.Logger.Level.DEBUG, "no warm-up", e);
    }
  }

  private WarmUp() {}

  /** Returns when that is done. */
  public static void done() {
    // The class initialiser has done it.
  }
}
