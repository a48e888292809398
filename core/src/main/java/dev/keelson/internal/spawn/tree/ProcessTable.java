/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;

/** The view by Linux's {@code /proc}: descendants, and whatever carries the cookie. */
final class ProcessTable implements TreeView {

  /*
   * Who belongs to the tree
   * -----------------------
   * The root, unless it is gone; every process with the cookie in its environment; every one of the
   * session that the root leads, where it does; and every child of one that belongs, found before
   * or now. Links to parents find what has cleared its environment, the cookie and the session find
   * what has lost its parent; what has cleared the one, left the other and lost its parent before
   * the first look is not found. A session is known by its leader's pid, which means it for as long
   * as the leader is not reaped.
   *
   * One full look, then news only
   * -----------------------------
   * A process belongs from its fork on or never: a cookie is inherited, not acquired, and orphans
   * go to an ancestor. So whoever was found not to belong is an outsider and is not examined again;
   * later looks list the pids and read only what is new, which makes them cheap enough to wait by.
   * Three things bend the rule:
   * - in the middle of an exec the environment is empty for a moment: a process without one is
   *   examined again each time;
   * - a process may end between the list and its examination, and leave children that came after
   *   the list; then another list is made at once, and if that does not settle it, or an
   *   environment is empty, the look says that it is not sure, and the caller looks again;
   * - a pid may be taken over: every LONGEST_MEMORY the outsiders are forgotten and everybody is
   *   examined. No system allocates its pids once round in that time.
   *
   * Whom to doubt
   * -------------
   * Not everybody else's processes, or no look would be sure on a machine on which programs come and
   * go. Whoever is older than the root is foreign. An orphan goes to an ancestor of its parent: of
   * ours, that is a member, this JVM, one of its ancestors, or the first process; so the child of
   * any other foreigner is one, too. An outsider as such is not enough: it may be of the tree and
   * show no sign, and have a child that does.
   *
   * Which process a pid means
   * -------------------------
   * A process is a pid and a start time. The binder sees to it that a member means what was examined
   * and found to have that start time.
   */

  /** For how long it is not looked up again who is an outsider. */
  static final long LONGEST_MEMORY = TimeUnit.MILLISECONDS.toNanos(500);

  /** How often one look makes a list at the most. */
  private static final int MOST_LISTS = 3;

  private static final long SELF = ProcessHandle.current().pid();

  /** No process has that pid, and no session that number. */
  private static final long NOBODY = -1;

  private final ProcReader proc;
  private final Binder binder;
  private final @Nullable CookieMatcher cookie;
  private final long root;
  private final long memory;

  /** No process of the tree is older than its root, nor than this JVM. */
  private long oldest;

  /** Who belongs and lived in the last look, by pid. */
  private final Map<Long, Known> members = new LinkedHashMap<>();

  private final BitSet outsiders = new BitSet();

  /** The outsiders that cannot be of the tree. */
  private final BitSet foreign = new BitSet();

  private final Set<Long> ancestors = new HashSet<>();
  private long lastFullLook;
  private boolean looked;
  private boolean sure;
  private long session;
  private long admissions;

  private record Known(ProcStat stat, TreeMember member) {}

  /**
   * A view of nobody yet.
   *
   * @param memory for how long outsiders are remembered; no pid is used again within that time
   * @param root the root's pid, or less than 1 if it has been reaped
   * @param leadsSession whether the root leads a session of its own
   */
  ProcessTable(
      ProcReader proc,
      Binder binder,
      long memory,
      long root,
      boolean leadsSession,
      @Nullable String cookie) {
    this.memory = memory;
    this.proc = proc;
    this.binder = binder;
    this.root = root;
    this.session = leadsSession && root > 1 ? root : NOBODY;
    this.cookie = cookie == null ? null : new CookieMatcher(cookie);
    ProcStat self = proc.stat(SELF);
    this.oldest = self == null ? 0 : self.born();
  }

  @Override
  public List<TreeMember> look() {
    long now = System.nanoTime();
    if (!looked || now - lastFullLook > memory) {
      outsiders.clear();
      foreign.clear();
      findAncestors();
      lastFullLook = now;
    }
    dropTheDead();
    if (!looked) {
      addRoot();
      looked = true;
    }
    // After the dead were dropped: the children of whoever died before this are in the list.
    sure = false;
    for (int list = 0; !sure && list < MOST_LISTS; list++) {
      findNew(proc.pids());
    }
    return live();
  }

  private void findAncestors() {
    ancestors.clear();
    for (ProcStat stat = proc.stat(SELF); stat != null; stat = proc.stat(stat.parent())) {
      if (stat.parent() <= 1 || !ancestors.add(stat.parent())) {
        return;
      }
    }
  }

  /** Whether it cannot be of the tree; its parent was asked before. */
  private boolean isForeign(ProcStat stat) {
    return stat.born() < oldest
        || (foreign.get((int) stat.parent()) && !ancestors.contains(stat.parent()));
  }

  /** Who lived in the last look, and who was admitted since, the oldest first. */
  List<TreeMember> live() {
    return members.values().stream()
        .sorted(Comparator.comparingLong(known -> known.stat().born()))
        .map(Known::member)
        .toList();
  }

  @Override
  public boolean isSure() {
    return sure;
  }

  private void dropTheDead() {
    for (Iterator<Known> each = members.values().iterator(); each.hasNext(); ) {
      Known known = each.next();
      if (!known.stat().livesIn(proc)) {
        known.member().release();
        each.remove();
      }
    }
  }

  private void addRoot() {
    ProcStat stat = root > 1 && root != SELF ? proc.stat(root) : null;
    if (stat != null && !stat.isZombie()) {
      oldest = Math.max(oldest, stat.born());
      keep(stat, binder.root(stat));
    }
  }

  private void findNew(long[] pids) {
    Map<Long, ProcStat> strangers = new LinkedHashMap<>();
    sure = true;
    for (ProcStat stat : news(pids)) {
      boolean isForeign = isForeign(stat);
      if (isForeign) {
        foreign.set((int) stat.pid());
      }
      if (stat.isKernelThread()) {
        outsiders.set((int) stat.pid());
      } else if (stat.isZombie()) {
        // It has no children any more, but may have had one since the list was made.
        sure &= isForeign;
        outsiders.set((int) stat.pid());
      } else {
        strangers.put(stat.pid(), stat);
      }
    }
    admitBySign(strangers);
    admitChildren(strangers);
  }

  /** Whoever is neither a member nor an outsider, parents before their children. */
  private List<ProcStat> news(long[] pids) {
    List<ProcStat> news = new ArrayList<>();
    for (long pid : pids) {
      // A leader that is not a member has ended, and waits to be reaped.
      boolean known = pid == session || outsiders.get((int) pid) || members.containsKey(pid);
      if (pid > 1 && pid != SELF && !known) {
        ProcStat stat = proc.stat(pid);
        if (stat == null) {
          sure = false;
        } else {
          news.add(stat);
        }
      }
    }
    news.sort(Comparator.comparingLong(ProcStat::born).thenComparingLong(ProcStat::pid));
    return news;
  }

  /**
   * Admits those of the session and those with the cookie; the others stay strangers, and become
   * outsiders unless they may only seem to have none.
   */
  private void admitBySign(Map<Long, ProcStat> strangers) {
    List<ProcStat> found = new ArrayList<>();
    for (ProcStat stat : strangers.values()) {
      ProcReader.Environment environment = environmentOf(stat);
      if (stat.session() == session || environment == ProcReader.Environment.HAS_COOKIE) {
        found.add(stat);
      } else if (isUnclear(stat, environment) && !foreign.get((int) stat.pid())) {
        sure = false;
      } else {
        outsiders.set((int) stat.pid());
      }
    }
    for (ProcStat stat : found) {
      strangers.remove(stat.pid());
      keep(stat, binder.member(stat));
    }
  }

  /** Whether it executes a program, or has ended while it was looked at. */
  private boolean isUnclear(ProcStat stat, ProcReader.Environment environment) {
    return environment == ProcReader.Environment.EMPTY
        || (environment == ProcReader.Environment.UNREADABLE && !stat.livesIn(proc));
  }

  private ProcReader.Environment environmentOf(ProcStat stat) {
    if (cookie == null || stat.born() < oldest) {
      return ProcReader.Environment.HAS_NOT;
    }
    return proc.environment(stat.pid(), cookie);
  }

  /**
   * Admits the strangers whose parent belongs, and then their children, until there are no more.
   */
  private void admitChildren(Map<Long, ProcStat> strangers) {
    for (boolean news = true; news; ) {
      news = false;
      for (Iterator<ProcStat> each = strangers.values().iterator(); each.hasNext(); ) {
        ProcStat stat = each.next();
        if (isChildOfMember(stat)) {
          each.remove();
          outsiders.clear((int) stat.pid());
          news |= keep(stat, binder.member(stat));
        }
      }
    }
  }

  /**
   * A child is never older than its parent: an older one belonged to a former owner of the pid. And
   * whoever has that pid after the child was seen has had it then: not one that has just taken it
   * over.
   */
  private boolean isChildOfMember(ProcStat stat) {
    Known parent = members.get(stat.parent());
    if (parent == null || parent.stat().born() > stat.born()) {
      return false;
    }
    ProcStat now = proc.stat(stat.parent());
    return now != null && now.isSameProcess(parent.stat());
  }

  /** Admits whoever has this pid now, if it is the child of a member. */
  void admitChild(long pid) {
    if (pid > 1 && pid != SELF && !members.containsKey(pid)) {
      ProcStat stat = proc.stat(pid);
      if (stat != null && !stat.isZombie() && isChildOfMember(stat)) {
        outsiders.clear((int) pid);
        keep(stat, binder.member(stat));
      }
    }
  }

  private boolean keep(ProcStat stat, @Nullable TreeMember member) {
    if (member == null) {
      return false;
    }
    members.put(stat.pid(), new Known(stat, member));
    admissions++;
    return true;
  }

  /** How many members there have been. */
  long admissions() {
    return admissions;
  }

  @Override
  public void letGoOfRoot() {
    session = NOBODY; // its number may come to mean another one
  }

  @Override
  public void close() {
    members.values().forEach(known -> known.member().release());
    members.clear();
  }
}
