/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import java.time.Duration;

/** Keeps all threads of this JVM on one core, or lets them go anywhere again. */
final class Pinned {

  /** Counted while they all are ours. */
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private Pinned() {}

  static void toOneCore() throws CommandException, InterruptedException {
    taskset("0");
  }

  static void toAllCores() throws CommandException, InterruptedException {
    taskset("0-" + (CORES - 1));
  }

  private static void taskset(String cores) throws CommandException, InterruptedException {
    Command.of("taskset", "-a", "-c", "-p", cores, String.valueOf(ProcessHandle.current().pid()))
        .timeout(Duration.ofSeconds(10))
        .run();
  }
}
