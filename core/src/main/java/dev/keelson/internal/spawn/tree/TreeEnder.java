/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import dev.keelson.internal.threads.Daemons;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;

/** Ends one tree of processes: asks, waits, makes them, and says what became of whom. */
public final class TreeEnder {

  /*
   * States
   * ------
   *   ASKING  -> DONE      two looks in a row have found nobody
   *   ASKING  -> KILLING   the grace is over, or was from the beginning
   *   KILLING -> DONE      two looks in a row have found nobody
   *   KILLING -> CHASING   the caller's patience is over: it is told who has escaped so far; whoever
   *                        was sent KILL has not, it only takes its time on a busy machine: it cannot
   *                        fork any more (a pending signal makes fork(2) begin again), nor run
   *   CHASING -> DONE      likewise nobody is left, or the time for that is over too
   *
   * CHASING is a worker's. Where a tree has taken all the processes that this user may have, there
   * is no thread for one, and the caller chases and is told afterwards: late is better than never.
   *
   * While ASKING, TERM is sent to everybody once, when first seen. While KILLING, the view strikes
   * after each look.
   *
   * Races
   * -----
   * - Forks during a look: the child is in the next look, also if its parent has cleared its own
   *   environment by the time that is read. That is why the end is two looks without anybody and
   *   not one.
   * - A tree that forks faster than it is killed: a caller with a deadline is not kept. What the
   *   last look found has escaped, and the report says so; a worker goes on killing for a while.
   * - Reuse of a pid: members are bound to a start time, and the JDK compares it again right before
   *   kill(2). A pid that changes hands within those microseconds cannot be told by this means; by
   *   holds it can.
   * - Reuse of the root's pid: a root that is gone is not looked at, and nor are its pid's present
   *   children.
   */

  private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

  /** How long a caller waits for those that were sent KILL, and how long they are chased at all. */
  private static final long KILLING_TIME = TimeUnit.MILLISECONDS.toNanos(150);

  private static final long CHASING_TIME = TimeUnit.SECONDS.toNanos(2);

  /** How often nobody is looked for where no look is sure; with the pauses, some 70 ms. */
  private static final int MOST_LOOKS = 8;

  private static final boolean PROC_EXISTS = ProcFiles.exist();

  private final TreeView view;
  private final TreeEnding how;

  /** Everybody who was ever found and sent a signal, or tried to. */
  private final Set<TreeMember> found = new LinkedHashSet<>();

  /** Who lived in the last look. */
  private List<TreeMember> live = List.of();

  private TreeEnder(TreeView view, TreeEnding how) {
    this.view = view;
    this.how = how;
  }

  /**
   * Ends a tree; an interrupt is kept for later and does not cut this short.
   *
   * @param root the process that was started
   * @param rootIsGone whether that has been reaped, so that its pid means nothing any more
   * @param cookie the {@code NAME=value} in the environment of the tree's processes; null for none
   */
  public static TreeReport end(
      ProcessHandle root, boolean rootIsGone, @Nullable String cookie, TreeEnding how) {
    if (rootIsGone && cookie == null) {
      // Neither a parent nor a cookie leads to whoever is left.
      return TreeReport.NOTHING;
    }
    if (!PROC_EXISTS) {
      return end(new HandleTable(root, rootIsGone), how);
    }
    ProcFiles proc = new ProcFiles();
    TreeView table =
        new ProcessTable(
            proc,
            new HandleBinder(proc, root),
            ProcessTable.LONGEST_MEMORY,
            rootIsGone ? -1 : root.pid(),
            false,
            cookie);
    return end(table, how);
  }

  /** Ends what a view finds, and closes it. */
  static TreeReport end(TreeView view, TreeEnding how) {
    return end(view, how, KILLING_TIME);
  }

  /** Likewise, with a caller that waits for so long. */
  static TreeReport end(TreeView view, TreeEnding how, long killingNanos) {
    return end(view, how, killingNanos, Daemons.workers());
  }

  /** Likewise, with those who chase whoever is left by then. */
  static TreeReport end(TreeView view, TreeEnding how, long killingNanos, Executor chasers) {
    return new TreeEnder(view, how).end(killingNanos, chasers);
  }

  private TreeReport end(long killingNanos, Executor chasers) {
    boolean chased = false;
    try {
      boolean nobody = isNobodyThere();
      if (nobody && isNobodyThere()) { // two looks: see above
        return TreeReport.NOTHING;
      }
      if (!ask() && !kill(killingNanos)) {
        TreeReport report = report();
        view.letGoOfRoot();
        try {
          chasers.execute(this::chase);
          chased = true;
          return report;
        } catch (OutOfMemoryError noThreadCanBeHad) {
          // Perhaps because of this very tree: who waits for its end has to bring it about.
          boolean unused = kill(CHASING_TIME);
        }
      }
      return report();
    } finally {
      if (!chased) {
        view.close();
      }
    }
  }

  private boolean isNobodyThere() {
    live = view.look();
    return live.isEmpty() && view.isSure();
  }

  private void chase() {
    try {
      kill(CHASING_TIME);
    } finally {
      view.close();
    }
  }

  /** Returns whether nobody is left; if not, the grace is over. */
  private boolean ask() {
    long pause = SHORTEST_PAUSE;
    while (!how.graceIsOver()) {
      for (TreeMember member : live) {
        if (found.add(member)) {
          member.terminate();
        }
      }
      how.pause(pause);
      pause = Math.min(LONGEST_PAUSE, pause * 2);
      if (nobodyIsLeft()) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether nobody is left; if not, the time is over. */
  private boolean kill(long nanos) {
    long start = System.nanoTime();
    do {
      found.addAll(view.strike(live));
      pauseWithoutGrace(SHORTEST_PAUSE);
      if (nobodyIsLeft()) {
        return true;
      }
    } while (System.nanoTime() - start < nanos);
    return false;
  }

  /**
   * Looks, and looks again to be sure that nobody is there. Whoever executes another program has no
   * environment until it gets there, which takes its time on a busy machine.
   */
  private boolean nobodyIsLeft() {
    long pause = SHORTEST_PAUSE;
    for (int looks = 1; ; looks++) {
      live = view.look();
      if (!live.isEmpty()) {
        return false;
      }
      if (looks >= 2 && (view.isSure() || looks == MOST_LOOKS)) {
        return true;
      }
      if (!view.isSure()) {
        pauseWithoutGrace(pause);
        pause = Math.min(LONGEST_PAUSE, pause * 2);
      }
    }
  }

  private TreeReport report() {
    Set<TreeMember> alive = new HashSet<>(live);
    alive.removeIf(member -> member.lastSignal() == TreeMember.KILL);
    List<TreeReport.Member> ended = new ArrayList<>();
    for (TreeMember member : found) {
      if (!alive.contains(member) && member.lastSignal() != TreeMember.NONE) {
        ended.add(member.report());
      }
    }
    List<TreeReport.Member> escaped =
        live.stream().filter(alive::contains).map(TreeMember::report).toList();
    return new TreeReport(ended, escaped);
  }

  static void pauseWithoutGrace(long nanos) {
    boolean interrupted = false;
    try {
      long end = System.nanoTime() + nanos;
      for (long left = nanos; left > 0; left = end - System.nanoTime()) {
        try {
          TimeUnit.NANOSECONDS.sleep(left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
