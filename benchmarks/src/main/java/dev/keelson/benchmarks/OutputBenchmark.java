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

  /** From a child that writes a mebibyte at a time. */
  static void large(Options options) throws Exception {
    int mebibytes = options.number("mib", 1024);
    measure(
        options,
        "output-large",
        List.of("dd", "if=/dev/zero", "bs=1M", "count=" + mebibytes, "status=none"),
        options.isLinux() ? 1 / 2.3 : 1.10);
  }

  /** From a child that writes 8 KiB at a time. */
  static void small(Options options) throws Exception {
    long bytes = options.number("mib", 1024) * 1024L * 1024L;
    measure(
        options,
        "output-small",
        List.of("head", "-c", String.valueOf(bytes), "/dev/zero"),
        options.isLinux() ? 1 / 0.9 : Double.NaN);
  }

  private static void measure(Options options, String name, List<String> words, double bar)
      throws Exception {
    long bytes = options.number("mib", 1024) * 1024L * 1024L;
    int rounds = options.number("rounds", 9);
    int warmUp = options.number("warmup", 1);
    Rounds all =
        new Rounds(options)
            .side(Side.KEELSON, () -> keelson(words, bytes))
            .side(Side.PROCESS_BUILDER, () -> processBuilder(words, bytes));
    if (!Double.isNaN(bar)) {
      all.bar(Side.PROCESS_BUILDER, bar);
    }
    all.run(name, rounds, 1, warmUp);
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
