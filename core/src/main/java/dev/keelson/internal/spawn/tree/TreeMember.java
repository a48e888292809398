/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import dev.keelson.internal.spawn.TreeReport;

/** A process that was found to belong to a tree. For one thread at a time. */
abstract class TreeMember {

  static final int NONE = 0;
  static final int KILL = 9;
  static final int TERM = 15;

  private final long pid;
  private final String program;
  private int lastSignal = NONE;

  TreeMember(long pid, String program) {
    this.pid = pid;
    this.program = program;
  }

  final long pid() {
    return pid;
  }

  final int lastSignal() {
    return lastSignal;
  }

  /** Asks it to end. */
  final void terminate() {
    send(TERM);
  }

  /** Ends it. */
  final void kill() {
    send(KILL);
  }

  private void send(int signal) {
    if (deliver(signal)) {
      lastSignal = signal;
    }
  }

  /**
   * Sends TERM or KILL to it, and never to whoever has taken over its pid; false if it could not.
   */
  abstract boolean deliver(int signal);

  /** Lets go of it. */
  void release() {}

  final TreeReport.Member report() {
    return new TreeReport.Member(pid, program, lastSignal);
  }
}
