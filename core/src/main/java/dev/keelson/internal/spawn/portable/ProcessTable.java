/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;

/** The view by Linux's {@code /proc}: descendants, and whatever carries the cookie. */
final class ProcessTable implements TreeView {

  /*
   * Who belongs to the tree
   * -----------------------
   * The root, unless it is gone; every process with the cookie in its environment; and every child
   * of one that belongs, found before or now. Links to parents find what has cleared its
   * environment, the cookie finds what has lost its parent; what has done both before the first
   * look is not found.
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
   *   the list; of both, the look says that it is not sure, and the caller looks again;
   * - a pid may be taken over: every LONGEST_MEMORY the outsiders are forgotten and everybody is
   *   examined. No system allocates its pids once round in that time.
   *
   * Which process a pid means
   * -------------------------
   * A process is a pid and a start time. A handle is taken first, and the start time read again
   * then: if it is what was examined, the pid has not changed hands in between, and the handle
   * means what was examined.
   */

  private static final long LONGEST_MEMORY = TimeUnit.MILLISECONDS.toNanos(500);

  private static final long SELF = ProcessHandle.current().pid();

  private final ProcFiles proc = new ProcFiles();
  private final @Nullable CookieMatcher cookie;
  private final @Nullable ProcessHandle root;

  /** No process with a cookie that this JVM made is older than this JVM. */
  private final long oldest;

  /** Who belongs and lived in the last look, by pid. */
  private final Map<Long, Known> members = new LinkedHashMap<>();

  private final BitSet outsiders = new BitSet();
  private long lastFullLook;
  private boolean looked;
  private boolean sure;

  private record Known(ProcStat stat, TreeMember member) {}

  ProcessTable(ProcessHandle root, boolean rootIsGone, @Nullable String cookie) {
    this.root = rootIsGone ? null : root;
    this.cookie = cookie == null ? null : new CookieMatcher(cookie);
    ProcStat self = proc.stat(SELF);
    this.oldest = self == null ? 0 : self.born();
  }

  @Override
  public List<TreeMember> look() {
    long now = System.nanoTime();
    if (!looked || now - lastFullLook > LONGEST_MEMORY) {
      outsiders.clear();
      lastFullLook = now;
    }
    dropTheDead();
    if (!looked) {
      addRoot();
      looked = true;
    }
    // After the dead were dropped: the children of whoever died before this are in the list.
    findNew(proc.pids());
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
      ProcStat before = each.next().stat();
      ProcStat now = proc.stat(before.pid());
      if (now == null || now.isZombie() || !now.isSameProcess(before)) {
        each.remove();
      }
    }
  }

  private void addRoot() {
    ProcStat stat = root == null ? null : proc.stat(root.pid());
    // The handle knows the start time of the root: if it lives still, that was its stat.
    if (root != null && stat != null && !stat.isZombie() && root.isAlive()) {
      admit(stat, root);
    }
  }

  private void findNew(long[] pids) {
    Map<Long, ProcStat> strangers = new LinkedHashMap<>();
    sure = true;
    for (long pid : pids) {
      if (pid > 1 && pid != SELF && !outsiders.get((int) pid) && !members.containsKey(pid)) {
        ProcStat stat = proc.stat(pid);
        if (stat == null) {
          sure = false;
        } else if (stat.isKernelThread()) {
          outsiders.set((int) pid);
        } else if (stat.isZombie()) {
          // It has no children any more, but may have had one since the list was made.
          sure &= stat.born() < oldest;
          outsiders.set((int) pid);
        } else {
          strangers.put(pid, stat);
        }
      }
    }
    admitByCookie(strangers);
    admitChildren(strangers);
  }

  /**
   * Admits those with the cookie; the others stay strangers, and become outsiders unless they may
   * only seem to have none.
   */
  private void admitByCookie(Map<Long, ProcStat> strangers) {
    List<ProcStat> found = new ArrayList<>();
    for (ProcStat stat : strangers.values()) {
      ProcFiles.Environment environment = environmentOf(stat);
      if (environment == ProcFiles.Environment.HAS_COOKIE) {
        found.add(stat);
      } else if (environment == ProcFiles.Environment.EMPTY) {
        sure = false;
      } else {
        outsiders.set((int) stat.pid());
      }
    }
    for (ProcStat stat : found) {
      strangers.remove(stat.pid());
      admit(stat, null);
    }
  }

  private ProcFiles.Environment environmentOf(ProcStat stat) {
    if (cookie == null || stat.born() < oldest) {
      return ProcFiles.Environment.HAS_NOT;
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
        Known parent = members.get(stat.parent());
        // A child is never older than its parent: an older one belonged to a former owner of the
        // pid.
        if (parent != null && parent.stat().born() <= stat.born()) {
          each.remove();
          outsiders.clear((int) stat.pid());
          news |= admit(stat, null);
        }
      }
    }
  }

  private boolean admit(ProcStat stat, @Nullable ProcessHandle known) {
    ProcessHandle handle = known != null ? known : ProcessHandle.of(stat.pid()).orElse(null);
    ProcStat again = proc.stat(stat.pid());
    if (handle == null || again == null || again.isZombie() || !again.isSameProcess(stat)) {
      return false;
    }
    String program = ProcFiles.executable(stat.pid());
    members.put(
        stat.pid(),
        new Known(stat, new TreeMember(handle, program == null ? stat.name() : program)));
    return true;
  }
}
