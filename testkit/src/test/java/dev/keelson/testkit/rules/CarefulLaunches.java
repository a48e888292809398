/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.rules;

import dev.keelson.process.Command;
import dev.keelson.process.Result;
import dev.keelson.process.SafeProcessBuilder;

/** Launches that no rule has anything against. */
final class CarefulLaunches {

  private CarefulLaunches() {}

  static Result run() throws Exception {
    return Command.of("true").run();
  }

  static SafeProcessBuilder wrap(ProcessBuilder builder) {
    builder.directory(null);
    return SafeProcessBuilder.from(builder);
  }

  static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }
}
