/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

/** One way to do what is measured. */
record Side(String name, Action action) {

  /** The name of our own side. */
  static final String KEELSON = "keelson";

  /** What is timed. */
  interface Action {
    void run() throws Exception;
  }
}
