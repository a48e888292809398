/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.dropin;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Map;

/** What the JDK's builder and ours have in common, so that one scenario runs with both. */
interface AnyBuilder {

  AnyBuilder command(List<String> command);

  AnyBuilder command(String... command);

  List<String> command();

  Map<String, String> environment();

  File directory();

  AnyBuilder directory(File directory);

  AnyBuilder redirectInput(Redirect source);

  AnyBuilder redirectOutput(Redirect destination);

  AnyBuilder redirectError(Redirect destination);

  AnyBuilder redirectInput(File file);

  AnyBuilder redirectOutput(File file);

  AnyBuilder redirectError(File file);

  Redirect redirectInput();

  Redirect redirectOutput();

  Redirect redirectError();

  AnyBuilder inheritIO();

  boolean redirectErrorStream();

  AnyBuilder redirectErrorStream(boolean redirectErrorStream);

  Process start() throws IOException;
}
