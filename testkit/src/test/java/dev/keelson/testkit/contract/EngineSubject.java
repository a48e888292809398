/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import dev.keelson.process.Launcher;
import java.util.function.Supplier;

/**
 * An engine that the contract is held against.
 *
 * @param name how a report calls it
 * @param builder makes builders of launchers that run on it
 */
record EngineSubject(String name, Supplier<Launcher.Builder> builder) {}
