/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import java.io.IOException;
import javax.annotation.Nullable;

/**
 * A member that is held. Where there are too many of them to hold each, or no descriptors are left,
 * it is held for the moment of each signal, and the start time compared.
 */
final class HeldMember extends TreeMember {

  static final int STOP = 19;

  private final ProcStat stat;
  private final ProcReader proc;
  private final Holds holds;
  private final @Nullable Hold hold;

  /** Whether a stop was refused, so that there is no use in waiting for it. */
  private boolean unstoppable;

  HeldMember(ProcStat stat, ProcReader proc, Holds holds, @Nullable Hold hold) {
    super(stat.pid(), stat.program(proc));
    this.stat = stat;
    this.proc = proc;
    this.holds = holds;
    this.hold = hold;
  }

  /** Stops it where it runs; returns whether it may fork until the next look. */
  boolean stop() {
    if (unstoppable || lastSignal() == KILL || proc.isStopped(pid())) {
      return false;
    }
    Hold.Sent sent = send(STOP);
    unstoppable = sent == Hold.Sent.REFUSED;
    return sent == Hold.Sent.YES || sent == null;
  }

  @Override
  boolean deliver(int signal) {
    return send(signal) == Hold.Sent.YES;
  }

  /** Null if it cannot be held at present. */
  private @Nullable Hold.Sent send(int signal) {
    if (hold != null) {
      return hold.send(signal);
    }
    try (Hold brief = holds.open(pid())) {
      return brief == null || !stat.livesIn(proc) ? Hold.Sent.GONE : brief.send(signal);
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  void release() {
    if (hold != null) {
      hold.close();
    }
  }
}
