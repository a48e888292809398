/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * What the schedule points cost where no test runs: a JVM with them and one in which every point is
 * an empty method, by turns. The calls themselves are in both; the compiler has to remove them.
 */
final class PointsBenchmark {

  private static final double BAR = 1.03;

  /** What stands in front of core's own class on the path. */
  private static final String EMPTY =
      """
      package dev.keelson.spi;

      import java.util.concurrent.locks.LockSupport;
      import java.util.function.BooleanSupplier;

      public final class SchedulePoints {
        public static void reach(String point) {}

        public static boolean controlled() {
          return false;
        }

        public static void await(String point, BooleanSupplier until) {}

        public static void await(
            String point, BooleanSupplier until, long nanos, boolean interruptible) {}

        public static void park(String point, Object blocker) {
          LockSupport.park(blocker);
        }

        public static void parkNanos(String point, Object blocker, long nanos) {
          LockSupport.parkNanos(blocker, nanos);
        }

        public static void unpark(Thread thread) {
          LockSupport.unpark(thread);
        }

        public static long nanoTime() {
          return System.nanoTime();
        }
      }
      """;

  private PointsBenchmark() {}

  static void run(Options options) throws Exception {
    Path folder = Files.createTempDirectory("points");
    try {
      String with = System.getProperty("java.class.path");
      String without = compile(folder) + File.pathSeparator + with;
      for (String name : List.of("lock-flat", "wake-same-thread")) {
        compare(name, with, without, options);
      }
    } finally {
      delete(folder);
    }
  }

  private static void compare(String name, String with, String without, Options options)
      throws Exception {
    int rounds = options.number("rounds", 11);
    double[][] nanos = new double[2][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int turn : round % 2 == 0 ? new int[] {0, 1} : new int[] {1, 0}) {
        nanos[turn][round] = measure(name, turn == 0 ? with : without, options);
      }
    }
    double ours = Rounds.median(nanos[0]);
    double empty = Rounds.median(nanos[1]);
    System.out.printf(
        Locale.ROOT,
        "points/%s keelson=%.2fns without=%.2fns ratio=%.3f bar=%.3f %s%n",
        name,
        ours,
        empty,
        ours / empty,
        BAR,
        options.settings());
  }

  private static double measure(String name, String path, Options options) throws Exception {
    String line = OwnJvm.runOn(path, options, List.of(), name, "--only", Side.KEELSON);
    return Double.parseDouble(line.replaceAll(".* keelson=([0-9.]+)ns .*", "$1"));
  }

  /** Returns the folder of the classes. */
  private static Path compile(Path folder) throws IOException {
    Path source = folder.resolve("dev/keelson/spi/SchedulePoints.java");
    Files.createDirectories(source.getParent());
    Files.writeString(source, EMPTY, UTF_8);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null
        || compiler.run(null, null, null, "-proc:none", "-d", folder.toString(), source.toString())
            != 0) {
      throw new IllegalStateException("needs a JDK with a compiler");
    }
    return folder;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
