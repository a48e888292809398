/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

/** A frame of a thread's stack. */
record StackFrame(String type, String method, String source, int line) {

  @Override
  public String toString() {
    String where =
        line > 0 ? source + ":" + line : line == -3 ? "native method" : source; // as HPROF says it
    return type + "." + method + "(" + where + ")";
  }
}
