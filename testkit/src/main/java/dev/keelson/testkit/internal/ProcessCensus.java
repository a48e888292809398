/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.spi.Creation;
import dev.keelson.testkit.Leak;
import dev.keelson.testkit.LeakKind;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Processes that this JVM is answerable for, by pid and start time: its zombies, its descendants,
 * and those that have left its tree and can still be recognised.
 */
public final class ProcessCensus implements Census {

  private record Key(long pid, long start) {
    static Key of(ProcInfo process) {
      return new Key(process.pid(), process.startTicks());
    }
  }

  /*
   * What is looked at
   * -----------------
   * A machine has hundreds of processes and a scope is opened around every test, so few of them are read: the
   * children that this JVM had at the baseline, which the kernel lists, and whatever has a pid that nobody had
   * then. An old pid that was given to a new process in the meantime is not found; the kernel hands out all other
   * pids first.
   *
   * Whose a process is that is no descendant any more: when its parent ended it became the child of the nearest
   * subreaper above, which is pid 1 or an ancestor of this JVM. So whoever descends from a process that was there
   * before, and is no ancestor, is a stranger's, and nothing else of it has to be known.
   */

  private final long self = ProcessHandle.current().pid();
  private final Escapes escapes;

  /** Every pid that was taken. */
  private Set<Long> pids = Set.of();

  /** The pids of this JVM's children, zombies included. */
  private final Set<Long> children = new HashSet<>();

  /** This JVM's children that ran. */
  private final Set<Key> baseline = new HashSet<>();

  /** A child that ran at the snapshot and has ended since must have been reaped since. */
  private final Set<Key> zombies = new HashSet<>();

  /**
   * Takes the baseline.
   *
   * @param scopeVariable {@code NAME=value}, by which the code under test may mark its processes
   */
  public ProcessCensus(String scopeVariable) {
    this.escapes = new Escapes(scopeVariable);
    adopt();
  }

  /** The pids of the processes above this JVM; they are asked for only where something is new. */
  private static Set<Long> ancestors() {
    Set<Long> above = new HashSet<>(Set.of(0L, 1L));
    Optional<ProcessHandle> at = ProcessHandle.current().parent();
    while (at.isPresent() && above.add(at.get().pid())) {
      at = at.get().parent();
    }
    return above;
  }

  private static Set<Long> pids() {
    Set<Long> pids = new HashSet<>();
    for (long pid : ProcFiles.numbers("/proc")) {
      pids.add(pid);
    }
    return pids;
  }

  @Override
  public Set<LeakKind> kinds() {
    return Set.of(LeakKind.SURVIVOR, LeakKind.ZOMBIE);
  }

  @Override
  public void inspect(Findings findings) {
    Map<Long, ProcInfo> read = new HashMap<>();
    Map<Long, ProcInfo> judged = new LinkedHashMap<>();
    children.forEach(pid -> Procs.find(pid).ifPresent(process -> judged.put(pid, process)));
    for (long pid : pids()) {
      if (!pids.contains(pid)) {
        Procs.find(pid).ifPresent(process -> judged.putIfAbsent(pid, process));
      }
    }
    read.putAll(judged);
    Set<Long> above = Set.of();
    escapes.begin();
    for (ProcInfo process : judged.values()) {
      Key key = Key.of(process);
      if (process.isZombie()) {
        judgeZombie(process, zombies.contains(key), findings);
      }
      if (!process.isAlive() || process.pid() == self || baseline.contains(key)) {
        continue;
      }
      if (above.isEmpty()) {
        above = ancestors();
      }
      List<ProcInfo> line = line(process, above, read);
      ProcInfo top = line.get(line.size() - 1);
      if (top.parent() == self) {
        OwnCookies.learn(process.pid()); // before it may escape
        judge(process, line, findings);
      } else if (!pids.contains(top.pid())) {
        escapes
            .evidence(process, findings)
            .ifPresent(evidence -> judgeEscaped(process, evidence, findings));
      }
    }
    escapes.end(findings);
  }

  /** The process and its ancestors up to a child of this JVM, or of one of those above it. */
  private List<ProcInfo> line(ProcInfo process, Set<Long> above, Map<Long, ProcInfo> read) {
    List<ProcInfo> line = new ArrayList<>();
    ProcInfo at = process;
    // The looks are at different moments: with pids used again they could even show a cycle.
    while (at != null && line.size() < 1_000) {
      line.add(at);
      long parent = at.parent();
      at =
          parent == self || above.contains(parent)
              ? null
              : read.computeIfAbsent(parent, pid -> Procs.find(pid).orElse(null));
    }
    return line;
  }

  /** A grandchild's zombie is its own parent's to reap. */
  private void judgeZombie(ProcInfo process, boolean known, Findings findings) {
    if (process.parent() == self && !known) {
      findings.leak(leak(LeakKind.ZOMBIE, process, "zombie child, never reaped"));
    }
  }

  private static void judge(ProcInfo process, List<ProcInfo> line, Findings findings) {
    if (line.stream().anyMatch(ProcessCensus::isRetained)) {
      findings.ignored(LeakKind.SURVIVOR, name(process), "kept by Keelson for reuse");
      return;
    }
    boolean child = line.size() == 1;
    String state = child ? "running child" : "running descendant, parent " + process.parent();
    findings.leak(leak(LeakKind.SURVIVOR, process, state));
  }

  private static void judgeEscaped(ProcInfo process, String evidence, Findings findings) {
    if (isRetained(process)) {
      findings.ignored(LeakKind.SURVIVOR, name(process), "kept by Keelson for reuse");
      return;
    }
    String state = "escaped, parent is now " + process.parent() + ", known by " + evidence;
    findings.leak(leak(LeakKind.SURVIVOR, process, state));
  }

  static Leak leak(LeakKind kind, ProcInfo process, String state) {
    CreationLog.Entry entry = CreationLog.find(Creation.Kind.PROCESS, process.pid());
    return new Leak(
        kind,
        process.pid() + " " + process.startTicks(),
        name(process),
        process.state() == 'T' ? state + ", stopped" : state,
        process.age(),
        entry == null ? null : entry.creation().site(),
        process,
        List.of());
  }

  /** Keelson's own name for it has secrets masked; the command line has not. */
  static String name(ProcInfo process) {
    CreationLog.Entry entry = CreationLog.find(Creation.Kind.PROCESS, process.pid());
    return entry == null
        ? process.describe()
        : "pid "
            + process.pid()
            + " (start "
            + process.startTicks()
            + ") "
            + entry.creation().name();
  }

  private static boolean isRetained(ProcInfo process) {
    CreationLog.Entry entry = CreationLog.find(Creation.Kind.PROCESS, process.pid());
    return entry != null && entry.retained();
  }

  @Override
  public void adopt() {
    pids = pids();
    children.clear();
    for (ProcInfo child : OwnChildren.among(pids)) {
      pids.add(child.pid());
      children.add(child.pid());
      if (child.isZombie()) {
        zombies.add(Key.of(child));
      } else if (baseline.add(Key.of(child))) {
        OwnCookies.learn(child.pid());
      }
    }
  }
}
