/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import dev.keelson.process.Launcher;
import java.util.function.Supplier;

/**
 * An engine that the contract is held against.
 *
 * @param name how a report calls it
 * @param builder makes builders of launchers that run on it
 * @param missing what a case needed that this engine has not got; empty for nothing
 * @param passed told of each case that was not skipped
 * @param end ends what a case left behind, where no pid leads to it
 */
record EngineSubject(
    String name,
    Supplier<Launcher.Builder> builder,
    Supplier<String> missing,
    Runnable passed,
    Runnable end) {

  /** An engine of real processes, which has everything. */
  EngineSubject(String name, Supplier<Launcher.Builder> builder) {
    this(name, builder, () -> "", () -> {}, () -> {});
  }

  boolean isFake() {
    return name.equals("fake");
  }
}
