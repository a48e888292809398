/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;

/** The view that holds its members, and stops them all before it kills the first. */
public final class FreezeWalk implements TreeView {

  /*
   * Why to stop first
   * -----------------
   * Whoever kills what one look has found, races with those that fork meanwhile, and whoever loses
   * a parent is only found again by a sign. A stopped process cannot fork. So: stop the root, wait
   * until it stands, list its children, take hold of each and stop it, and so on down; then look
   * through all processes for those with a sign, and walk down from those. Only when a whole round
   * has found nobody new and everybody standing, and another one confirms it, is the tree complete,
   * and is killed.
   *
   * A member's states
   * -----------------
   *   FOUND   -> STOPPING   STOP was sent by its hold
   *   STOPPING -> STANDING  no thread of it runs; its list of children is complete from here on
   *   STANDING -> STOPPING  somebody has continued it: a stranger, or the kernel, see below
   *   any     -> STRUCK     KILL was sent; it never runs again in its own code
   *   any     -> GONE       it ended by itself; its hold is closed in the next look
   *
   * Races
   * -----
   * - A fork that is under way when STOP arrives ends well, and some time later: the child is there
   *   before its parent stands. That is why a list is worth something only then.
   * - The list skips children while others of them end: that is why a round is confirmed by another.
   * - A parent within vfork(2) does not stand before its child executes a program, and does not run
   *   either; and someone may be stopped by none of our signals. So the rounds end after PATIENCE,
   *   and what was found by then is killed; the protocol looks again afterwards.
   * - A process whose end makes a group an orphan has the kernel send HUP and CONT to that group if
   *   somebody in it stands. So children are struck before their parents: nobody is orphaned who
   *   has not got KILL already.
   * - Reuse of a pid: see the binders. A group is signalled by its number only while its leader, the
   *   root, is not reaped; the caller sees to that until the report is given.
   * - Death of the JVM in the middle: its guard ends what stands, by the cookie.
   */

  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(25);
  private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(100);

  private final ProcReader proc;
  private final ProcessTable table;
  private final Holds holds;
  private final long patience;

  /** The group that the root leads, or 0 where it leads none or may have been reaped. */
  private long group;

  private FreezeWalk(ProcReader proc, ProcessTable table, Holds holds, long patience, long group) {
    this.proc = proc;
    this.table = table;
    this.holds = holds;
    this.patience = patience;
    this.group = group;
  }

  /**
   * Ends a tree; an interrupt is kept for later and does not cut this short.
   *
   * @param rootPid the pid of the process that was started
   * @param root a hold on it, which is not closed; null if it has been reaped
   * @param leadsSession whether it leads a session and a group of its own; then the caller does not
   *     reap it before this returns
   * @param cookie the {@code NAME=value} in the environment of the tree's processes; null for none
   */
  public static TreeReport end(
      long rootPid,
      @Nullable Hold root,
      boolean leadsSession,
      @Nullable String cookie,
      Holds holds,
      TreeEnding how) {
    return TreeEnder.end(
        over(
            new ProcFiles(),
            ProcessTable.LONGEST_MEMORY,
            PATIENCE,
            rootPid,
            root,
            leadsSession,
            cookie,
            holds),
        how);
  }

  static FreezeWalk over(
      ProcReader proc,
      long memory,
      long patience,
      long rootPid,
      @Nullable Hold root,
      boolean leadsSession,
      @Nullable String cookie,
      Holds holds) {
    boolean leads = leadsSession && root != null && rootPid > 1;
    Binder binder = new HoldBinder(proc, holds, root);
    ProcessTable table =
        new ProcessTable(proc, binder, memory, root == null ? -1 : rootPid, leads, cookie);
    return new FreezeWalk(proc, table, holds, patience, leads ? rootPid : 0);
  }

  @Override
  public List<TreeMember> look() {
    return table.look();
  }

  @Override
  public boolean isSure() {
    return table.isSure();
  }

  @Override
  public List<TreeMember> strike(List<TreeMember> live) {
    stopAll();
    List<TreeMember> youngestFirst = new ArrayList<>(table.live());
    Collections.reverse(youngestFirst);
    youngestFirst.forEach(TreeMember::kill);
    signalGroup(TreeMember.KILL);
    return youngestFirst;
  }

  /** Returns when everybody stands, or the patience is over. */
  private void stopAll() {
    long start = System.nanoTime();
    signalGroup(HeldMember.STOP);
    int quiet = 0;
    for (int round = 1;
        quiet < 2 && (round <= 3 || System.nanoTime() - start < patience);
        round++) {
      long before = table.admissions();
      boolean moving = stopAndList();
      table.look();
      quiet = moving || table.admissions() != before ? 0 : quiet + 1;
      if (moving) {
        TreeEnder.pauseWithoutGrace(PAUSE);
      }
    }
  }

  /** One walk down the tree; returns whether anybody may be running still. */
  private boolean stopAndList() {
    boolean moving = false;
    long known;
    do {
      known = table.admissions();
      moving = false;
      for (TreeMember member : table.live()) {
        // The list of one that runs is worth having, too: whoever is in it stops the sooner.
        moving |= ((HeldMember) member).stop();
        long[] children = proc.children(member.pid());
        if (children != null) {
          for (long child : children) {
            table.admitChild(child);
          }
        }
      }
    } while (table.admissions() != known);
    return moving;
  }

  private void signalGroup(int signal) {
    if (group > 1) {
      holds.signalGroup(group, signal);
    }
  }

  @Override
  public void letGoOfRoot() {
    group = 0;
    table.letGoOfRoot();
  }

  @Override
  public void close() {
    table.close();
  }
}
