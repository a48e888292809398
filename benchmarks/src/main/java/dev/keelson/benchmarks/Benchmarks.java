/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.util.Arrays;
import java.util.List;

/** Runs one benchmark: {@code NAME [--option value]...}; {@code benchmarks/run} lists them. */
public final class Benchmarks {

  private Benchmarks() {}

  public static void main(String[] args) throws Exception {
    List<String> words = Arrays.asList(args);
    String name = words.isEmpty() ? "" : words.get(0);
    Options options = new Options(words.isEmpty() ? words : words.subList(1, words.size()));
    switch (name) {
      case "launch" -> LaunchBenchmark.run(options);
      case "output" -> OutputBenchmark.run(options);
      case "live-children" -> LiveChildrenBenchmark.run(options);
      default -> {
        System.err.println("There is no benchmark \"" + name + "\"; benchmarks/run lists them.");
        System.exit(2);
      }
    }
  }
}
