/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples.snippets;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.function.Consumer;

/** What this JVM prints until it is closed. */
final class Printed implements AutoCloseable {

  /** Something that prints. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Consumer<PrintStream> setter;
  private final PrintStream before;

  private Printed(Consumer<PrintStream> setter, PrintStream before) {
    this.setter = setter;
    this.before = before;
    setter.accept(new PrintStream(bytes, true, UTF_8));
  }

  /** What the work prints to standard output. */
  static String by(Work work) throws Exception {
    try (Printed out = out()) {
      work.run();
      return out.text();
    }
  }

  static Printed out() {
    return new Printed(System::setOut, System.out);
  }

  static Printed err() {
    return new Printed(System::setErr, System.err);
  }

  String text() {
    return bytes.toString(UTF_8);
  }

  @Override
  public void close() {
    setter.accept(before);
  }
}
