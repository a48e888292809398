/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import java.io.IOException;
import javax.annotation.Nullable;

/** Binds members by holds. */
final class HoldBinder implements Binder {

  /** So many are held at a time; the program would feel the want of more descriptors than that. */
  private static final int MOST_HOLDS = 500;

  private final ProcReader proc;
  private final Holds holds;
  private final @Nullable Hold root;
  private int held;

  /**
   * Binds members.
   *
   * @param root the engine's own hold on the root; used, and never closed; null if it is gone
   */
  HoldBinder(ProcReader proc, Holds holds, @Nullable Hold root) {
    this.proc = proc;
    this.holds = holds;
    this.root = root;
  }

  @Override
  public @Nullable TreeMember root(ProcStat examined) {
    // The root is there still, so what was examined, and lives as well, is the root.
    if (root == null || !examined.livesIn(proc) || root.send(0) == Hold.Sent.GONE) {
      return null;
    }
    return new HeldMember(examined, proc, holds, new Borrowed(root));
  }

  @Override
  public @Nullable TreeMember member(ProcStat examined) {
    Hold hold = null;
    if (held < MOST_HOLDS) {
      try {
        hold = holds.open(examined.pid());
      } catch (IOException e) {
        return bind(examined, null); // no descriptors are left: it is held for moments only
      }
      if (hold == null) {
        return null;
      }
      hold = counted(hold);
    }
    return bind(examined, hold);
  }

  private Hold counted(Hold hold) {
    try {
      Hold counted = new Counted(hold);
      held++;
      return counted;
    } catch (OutOfMemoryError e) {
      hold.close();
      throw e;
    }
  }

  /**
   * Whoever lives with the start time that was read is the one that was examined; and who is held
   * by then and can be signalled afterwards is that one, too.
   */
  private @Nullable TreeMember bind(ProcStat examined, @Nullable Hold hold) {
    TreeMember bound = null;
    try {
      if (examined.livesIn(proc) && (hold == null || hold.send(0) != Hold.Sent.GONE)) {
        bound = new HeldMember(examined, proc, holds, hold);
      }
      return bound;
    } finally {
      if (bound == null && hold != null) {
        hold.close();
      }
    }
  }

  /** A hold that is not ours to close. */
  private record Borrowed(Hold lender) implements Hold {
    @Override
    public Sent send(int signal) {
      return lender.send(signal);
    }

    @Override
    public void close() {}
  }

  /** A hold that makes room for another one when it is closed. */
  private final class Counted implements Hold {
    private final Hold hold;
    private boolean open = true;

    Counted(Hold hold) {
      this.hold = hold;
    }

    @Override
    public Sent send(int signal) {
      return hold.send(signal);
    }

    @Override
    public void close() {
      if (open) {
        open = false;
        held--;
        hold.close();
      }
    }
  }
}
