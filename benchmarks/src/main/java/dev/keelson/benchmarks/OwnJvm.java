/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.process.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Runs a part of a benchmark in a JVM of its own, with a heap of its own. */
final class OwnJvm {

  private OwnJvm() {}

  /** Returns the last line that it prints. */
  static String run(Options options, List<String> heap, String... words)
      throws IOException, InterruptedException {
    return runOn(System.getProperty("java.class.path"), options, heap, words);
  }

  /** The same, with another class path. */
  static String runOn(String classPath, Options options, List<String> heap, String... words)
      throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> lines =
        Command.of(java)
            .args(heap)
            .args("--enable-native-access=ALL-UNNAMED")
            .args("-cp", classPath, Benchmarks.class.getName())
            .args(words)
            .args("--engine", options.engine())
            .args("--percent", String.valueOf(options.number("percent", 50)))
            .timeout(Duration.ofMinutes(15))
            .run()
            .lines();
    return lines.get(lines.size() - 1);
  }
}
