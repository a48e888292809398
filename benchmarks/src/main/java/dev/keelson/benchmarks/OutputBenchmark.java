/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.process.Command;
import dev.keelson.process.Stdout;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** Carries a large output to a sink that only counts, from a child that does nothing but write. */
final class OutputBenchmark {

  private static final int BUFFER = 64 * 1024;

  private OutputBenchmark() {}

  static void run(Options options) throws Exception {
    int mebibytes = options.number("mib", 1024);
    int rounds = options.number("rounds", 9);
    int warmUp = options.number("warmup", 1);
    long bytes = mebibytes * 1024L * 1024L;
    measure(
        options,
        "output/1M-blocks",
        List.of("dd", "if=/dev/zero", "bs=1M", "count=" + mebibytes, "status=none"),
        bytes,
        rounds,
        warmUp,
        1.10);
    measure(
        options,
        "output/8K-blocks",
        List.of("head", "-c", String.valueOf(bytes), "/dev/zero"),
        bytes,
        rounds,
        warmUp,
        Double.NaN);
  }

  private static void measure(
      Options options,
      String name,
      List<String> words,
      long bytes,
      int rounds,
      int warmUp,
      double bar)
      throws Exception {
    new Rounds(options)
        .side(Side.KEELSON, () -> keelson(words, bytes))
        .side("ProcessBuilder", () -> processBuilder(words, bytes))
        .run(name, rounds, 1, warmUp, bar);
  }

  private static void keelson(List<String> words, long wanted) throws Exception {
    Counting sink = new Counting();
    Command.of(words).stdout(Stdout.to(() -> sink)).run();
    check(sink.bytes, wanted);
  }

  private static void processBuilder(List<String> words, long wanted) throws Exception {
    Process process = new ProcessBuilder(words).start();
    process.getOutputStream().close();
    Counting sink = new Counting();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = process.getInputStream()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sink.write(buffer, 0, n);
      }
    }
    process.waitFor();
    check(sink.bytes, wanted);
  }

  private static void check(long bytes, long wanted) {
    if (bytes != wanted) {
      throw new IllegalStateException(bytes + " bytes came, and not " + wanted);
    }
  }

  /** A sink that costs nothing. */
  private static final class Counting extends OutputStream {
    private long bytes;

    @Override
    public void write(int b) {
      bytes++;
    }

    @Override
    public void write(byte[] data, int offset, int length) {
      bytes += length;
    }
  }
}
