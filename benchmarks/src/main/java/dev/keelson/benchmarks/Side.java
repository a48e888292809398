/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

/** One way to do what is measured. */
record Side(String name, Measure measure) {

  /** The name of our own side. */
  static final String KEELSON = "keelson";

  /** The name of the JDK's. */
  static final String PROCESS_BUILDER = "ProcessBuilder";

  /** What is timed. */
  interface Action {
    void run() throws Exception;
  }

  /** Does it so many times, and returns how many microseconds each took. */
  interface Measure {
    double micros(int times) throws Exception;
  }

  /** A side whose action is done one time after another. */
  static Side of(String name, Action action) {
    return new Side(
        name,
        times -> {
          long began = System.nanoTime();
          for (int i = 0; i < times; i++) {
            action.run();
          }
          return (System.nanoTime() - began) / 1e3 / times;
        });
  }
}
