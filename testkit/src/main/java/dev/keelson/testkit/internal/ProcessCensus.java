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

  private final long self = ProcessHandle.current().pid();
  private final Escapes escapes;
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

  @Override
  public void inspect(Findings findings) {
    List<ProcInfo> all = Procs.all();
    Map<Long, ProcInfo> byPid = new HashMap<>();
    all.forEach(process -> byPid.put(process.pid(), process));
    escapes.begin();
    for (ProcInfo process : all) {
      Key key = Key.of(process);
      if (process.isZombie()) {
        judgeZombie(process, zombies.contains(key), findings);
      }
      if (!process.isAlive() || process.pid() == self || baseline.contains(key)) {
        continue;
      }
      Optional<List<ProcInfo>> line = line(process, byPid);
      if (line.isPresent()) {
        OwnCookies.learn(process.pid()); // before it may escape
        judge(process, line.get(), findings);
      } else {
        escapes
            .evidence(process, findings)
            .ifPresent(evidence -> judgeEscaped(process, evidence, findings));
      }
    }
    escapes.end(findings);
  }

  /** The process and its ancestors up to a child of this JVM; empty if it is no descendant. */
  private Optional<List<ProcInfo>> line(ProcInfo process, Map<Long, ProcInfo> byPid) {
    List<ProcInfo> line = new ArrayList<>();
    ProcInfo at = process;
    // The listing is no snapshot: with pids used again it could even show a cycle.
    while (at != null && line.size() < 1_000) {
      line.add(at);
      if (at.parent() == self) {
        return Optional.of(line);
      }
      at = byPid.get(at.parent());
    }
    return Optional.empty();
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
    List<ProcInfo> all = Procs.all();
    Procs.descendants(self, all).forEach(process -> OwnCookies.learn(process.pid()));
    for (ProcInfo process : all) {
      (process.isZombie() ? zombies : baseline).add(Key.of(process));
    }
  }
}
