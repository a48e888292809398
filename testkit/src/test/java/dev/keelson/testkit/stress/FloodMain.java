/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import dev.keelson.process.Command;
import dev.keelson.process.Stdout;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;

/** Takes an endless output, or nearly, in a heap that is much smaller, and says how much came. */
final class FloodMain {

  private FloodMain() {}

  /** Arguments: a way of reading, the MiB to read, the bytes of each write. */
  public static void main(String[] args) throws Exception {
    long mebibytes = Long.getLong("flood.mebibytes");
    int write = Integer.getInteger("flood.write");
    AtomicLong bytes = new AtomicLong();
    Stdout stdout =
        switch (System.getProperty("flood.way")) {
          case "lines" -> Stdout.lines(line -> bytes.addAndGet(line.length() + 1));
          case "to" -> Stdout.to(() -> counting(bytes));
          case "tee" ->
              Stdout.tee(
                  Stdout.to(() -> counting(bytes)), Stdout.lines(line -> bytes.addAndGet(0)));
          case "endless" -> Stdout.lines(line -> bytes.addAndGet(line.length()));
          default -> throw new IllegalArgumentException("flood.way");
        };
    String line =
        System.getProperty("flood.way").equals("endless") ? "'x' x 64" : "'x' x 63 . \"\\n\"";
    String script =
        "$b = ("
            + line
            + ") x ("
            + write
            + " / 64); for (1 .. "
            + (mebibytes << 20) / write
            + ") { my $o = 0; while ($o < length $b) { $o += syswrite STDOUT, $b, length($b) - $o,"
            + " $o } }";
    long start = System.nanoTime();
    Command.of("perl", "-e", script).stdout(stdout).run();
    System.out.println(">" + bytes + " " + (System.nanoTime() - start) / 1_000_000);
  }

  private static OutputStream counting(AtomicLong bytes) {
    return new OutputStream() {
      @Override
      public void write(int b) {
        bytes.incrementAndGet();
      }

      @Override
      public void write(byte[] source, int offset, int length) {
        bytes.addAndGet(length);
      }
    };
  }
}
