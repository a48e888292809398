/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Stdout;
import java.io.Closeable;
import java.io.FileInputStream;
import java.util.Arrays;
import java.util.List;

/** What a JVM has, beside that it launches; a launch should cost the same whatever it is. */
enum Load {
  /** Mebibytes of the heap that are live and touched. */
  HEAP("launch-heap", "live heap, MiB", 2048, 1 / 1.7) {
    @Override
    void take(int amount, List<Object> taken) {
      for (int i = 0; i < amount; i++) {
        byte[] block = new byte[1024 * 1024 - 64];
        Arrays.fill(block, (byte) i);
        taken.add(block);
      }
    }
  },
  /** Open descriptors. */
  DESCRIPTORS("launch-fds", "open descriptors", 5000, 1 / 4.0) {
    @Override
    void take(int amount, List<Object> taken) throws Exception {
      for (int i = 0; i < amount; i++) {
        taken.add(new FileInputStream("/dev/null"));
      }
    }
  },
  /** Children that run, on default pipes. */
  CHILDREN("launch-children", "live children", 2000, Double.NaN) {
    @Override
    void take(int amount, List<Object> taken) throws Exception {
      Command sleep = Command.of("sleep", "3600").stderr(Stdout.discard());
      for (int i = 0; i < amount; i++) {
        taken.add(sleep.start());
      }
    }
  };

  final String benchmark;
  final String label;
  final int usual;
  private final double bar;

  Load(String benchmark, String label, int usual, double bar) {
    this.benchmark = benchmark;
    this.label = label;
    this.usual = usual;
    this.bar = bar;
  }

  abstract void take(int amount, List<Object> taken) throws Exception;

  /** The ratio to ProcessBuilder that is wanted of the linux engine. */
  double bar() {
    return bar;
  }

  /** Lets go of what was taken. */
  static void drop(List<Object> taken) throws Exception {
    for (Object one : taken) {
      if (one instanceof Child child) {
        child.signal("KILL");
      } else if (one instanceof Closeable closeable) {
        closeable.close();
      }
    }
    taken.clear();
  }
}
