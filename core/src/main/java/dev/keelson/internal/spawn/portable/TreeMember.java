/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.spawn.TreeReport;

/** A process that was found to belong to a tree. For one thread. */
final class TreeMember {

  static final int NONE = 0;
  static final int KILL = 9;
  static final int TERM = 15;

  private final ProcessHandle handle;
  private final String program;
  private int lastSignal = NONE;

  /** A process whose handle is known to mean it, and not one that has taken over its pid. */
  TreeMember(ProcessHandle handle, String program) {
    this.handle = handle;
    this.program = program;
  }

  ProcessHandle handle() {
    return handle;
  }

  int lastSignal() {
    return lastSignal;
  }

  /** Asks it to end. The handle compares the start time once more right before. */
  void terminate() {
    if (handle.destroy()) {
      lastSignal = TERM;
    }
  }

  /** Ends it. */
  void kill() {
    if (handle.destroyForcibly()) {
      lastSignal = KILL;
    }
  }

  TreeReport.Member report() {
    return new TreeReport.Member(handle.pid(), program, lastSignal);
  }
}
