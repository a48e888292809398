/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

/** A piece of code under test. */
@FunctionalInterface
public interface Body {
  /** Runs it. */
  void run() throws Exception;
}
