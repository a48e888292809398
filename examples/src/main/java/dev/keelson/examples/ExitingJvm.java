/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A JVM that opens a file and exits without closing it; see {@link S7FileWrapper}. */
final class ExitingJvm {

  private ExitingJvm() {}

  public static void main(String[] args) throws Exception {
    Sink sink = new Sink(Path.of(args[1]), new AtomicInteger());
    AutoCloseable held = FileWrapper.valueOf(args[0]).around(sink);
    System.exit(held == null ? 1 : 0);
  }
}
