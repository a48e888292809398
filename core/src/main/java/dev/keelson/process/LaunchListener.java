/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

/**
 * Told of what a {@link Launcher} does. Calls are made on the launcher's executor, one after the
 * other for one child, and no lock is held meanwhile; what a method throws is logged and otherwise
 * ignored.
 */
public interface LaunchListener {

  /** A child was started. */
  default void started(Child child) {}

  /** A command could not be started. */
  default void failed(Command command, LaunchException failure) {}

  /**
   * A child and its outputs are over; {@code result} is what came of it, whether or not that was
   * expected.
   */
  default void ended(Child child, Result result) {}
}
