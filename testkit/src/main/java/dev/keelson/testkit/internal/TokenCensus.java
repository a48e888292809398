/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.spi.Creation;
import dev.keelson.testkit.Leak;
import dev.keelson.testkit.LeakKind;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * What Keelson created for one scope and has not ended, and what processes of the scope started in
 * turn. Everything is looked up in the system before it is blamed: the end of a thing may be told
 * late.
 */
public final class TokenCensus implements Census {

  private final long self = ProcessHandle.current().pid();
  private final ScopeToken token;
  private final double opened = ProcFiles.uptimeSeconds();
  private final Set<Creation> adopted = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<List<Long>> adoptedProcesses = new HashSet<>();

  public TokenCensus(ScopeToken token) {
    this.token = token;
  }

  @Override
  public Set<LeakKind> kinds() {
    return Set.of(LeakKind.SURVIVOR, LeakKind.ZOMBIE, LeakKind.DESCRIPTOR, LeakKind.FILE);
  }

  @Override
  public void inspect(Findings findings) {
    Set<Long> judged = new HashSet<>();
    for (CreationLog.Entry entry : CreationLog.createdFor(token)) {
      if (adopted.contains(entry.creation())) {
        continue;
      }
      long id = entry.creation().id();
      switch (entry.creation().kind()) {
        case PROCESS -> {
          judged.add(id);
          Procs.find(id).ifPresent(process -> judgeChild(process, entry, findings));
        }
        case DESCRIPTOR -> judgeDescriptor((int) id, entry, findings);
        case FILE -> judgeFile(Path.of(entry.creation().name()), entry, findings);
        case THREAD, LOCK -> {} // Keelson's own threads work for everybody; locks: LockCensus
      }
    }
    if (token.hasStartedProcesses()) {
      Procs.all().stream()
          .filter(process -> !judged.contains(process.pid()))
          .forEach(process -> judgeDescendant(process, findings));
    }
  }

  private void judgeChild(ProcInfo process, CreationLog.Entry entry, Findings findings) {
    if (process.parent() != self || isAdopted(process)) {
      return; // it has ended, and another one has its pid
    }
    if (entry.retained()) {
      findings.ignored(LeakKind.SURVIVOR, ProcessCensus.name(process), "kept by Keelson for reuse");
    } else if (process.isZombie()) {
      findings.leak(ProcessCensus.leak(LeakKind.ZOMBIE, process, "zombie child, never reaped"));
    } else if (process.isAlive()) {
      findings.leak(ProcessCensus.leak(LeakKind.SURVIVOR, process, "running child"));
    }
  }

  /** Known by the cookie that it has inherited. */
  private void judgeDescendant(ProcInfo process, Findings findings) {
    if (!process.isAlive() || process.startTicks() < opened * 100 - 1 || isAdopted(process)) {
      return;
    }
    if (token.hasStarted(Procs.environment(process.pid())) && process.parent() != self) {
      boolean escaped = Procs.find(process.parent()).filter(this::isOfThisJvm).isEmpty();
      String state =
          escaped
              ? "escaped, parent is now " + process.parent() + ", known by its cookie"
              : "running descendant, parent " + process.parent();
      findings.leak(ProcessCensus.leak(LeakKind.SURVIVOR, process, state));
    }
  }

  private boolean isOfThisJvm(ProcInfo parent) {
    return parent.pid() == self || token.hasStarted(Procs.environment(parent.pid()));
  }

  private static void judgeDescriptor(int fd, CreationLog.Entry entry, Findings findings) {
    String target = ProcFiles.target(DescriptorCensus.FDS + fd);
    if (target == null) {
      return;
    }
    if (entry.retained()) {
      findings.ignored(LeakKind.DESCRIPTOR, "fd " + fd + " " + target, "kept by Keelson for reuse");
    } else {
      String inode = DescriptorCensus.inode(fd, target);
      findings.leak(DescriptorCensus.leak(fd, target, inode, entry));
    }
  }

  private static void judgeFile(Path path, CreationLog.Entry entry, Findings findings) {
    if (!entry.retained() && Files.exists(path)) {
      findings.leak(FileCensus.leak(path, entry));
    }
  }

  private boolean isAdopted(ProcInfo process) {
    return adoptedProcesses.contains(List.of(process.pid(), process.startTicks()));
  }

  @Override
  public void adopt() {
    adopt(kinds());
  }

  @Override
  public List<String> quarantine(Set<LeakKind> asked, List<Leak> blamed) {
    adopt(asked);
    return List.of();
  }

  private void adopt(Set<LeakKind> asked) {
    boolean processes = asked.contains(LeakKind.SURVIVOR) || asked.contains(LeakKind.ZOMBIE);
    for (CreationLog.Entry entry : CreationLog.createdFor(token)) {
      boolean adopts =
          switch (entry.creation().kind()) {
            case PROCESS -> processes;
            case DESCRIPTOR -> asked.contains(LeakKind.DESCRIPTOR);
            case FILE -> asked.contains(LeakKind.FILE);
            case THREAD, LOCK -> false; // never judged here
          };
      if (adopts) {
        adopted.add(entry.creation());
      }
    }
    if (processes && token.hasStartedProcesses()) {
      Procs.all().stream()
          .filter(process -> process.startTicks() >= opened * 100 - 1)
          .forEach(process -> adoptedProcesses.add(List.of(process.pid(), process.startTicks())));
    }
  }
}
