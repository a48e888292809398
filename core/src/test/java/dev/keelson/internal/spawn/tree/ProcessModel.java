/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.annotation.Nullable;

/**
 * A system of processes that fork, leave, end and take over pids between any two things that are
 * asked of it. It keeps the books: what was done to strangers, and whom a kill made untraceable.
 */
class ProcessModel implements ProcReader, Holds {

  private static final int FIRST_PID = 100_000_000; // above every pid there is, this JVM's included
  private static final int PIDS = 90;
  private static final int MOST_OF_TREE = 50;
  private static final int MOST_STRANGERS = 20;
  private static final int STOP = 19;

  final Random random;
  final ModelProcess init;
  final ModelProcess root;
  final List<String> offences = new ArrayList<>();
  private final List<ModelProcess> table = new ArrayList<>();
  private final int liveliness;
  private long nextPid;
  private long clock = 1;
  private boolean frozenTime;

  /** A system with a tree and strangers in it; {@code liveliness} is how much happens in a step. */
  ProcessModel(long seed, int liveliness) {
    random = new Random(seed);
    this.liveliness = liveliness;
    init = new ModelProcess(1, 0, null, false);
    table.add(init);
    root = new ModelProcess(newPid(), clock++, init, true);
    root.group = root.pid;
    root.session = root.pid;
    root.cookie = true;
    table.add(root);
    for (int i = 0; i < 5; i++) {
      ModelProcess stranger = new ModelProcess(newPid(), clock++, init, false);
      stranger.session = stranger.pid;
      stranger.group = stranger.pid;
      table.add(stranger);
    }
    for (int i = 0; i < 60; i++) {
      step();
    }
  }

  /** Nothing happens any more. */
  void endOfTime() {
    frozenTime = true;
  }

  List<ModelProcess> all() {
    return List.copyOf(table);
  }

  @Nullable
  ModelProcess find(long pid) {
    for (ModelProcess process : table) {
      if (process.pid == pid) {
        return process;
      }
    }
    return null;
  }

  private void step() {
    if (frozenTime) {
      return;
    }
    clock++;
    for (int i = 0; i < table.size(); i++) {
      ModelProcess process = table.get(i);
      if (process.state == ModelProcess.State.RUNNING && process.stopsIn > 0) {
        process.stopsIn--;
        if (process.stopsIn == 0) {
          process.state = ModelProcess.State.STANDING;
        } else if (random.nextInt(4) == 0) {
          fork(process); // it was under way when the signal came
        }
      }
      process.executing = Math.max(0, process.executing - 1);
    }
    for (int i = 0; i < liveliness; i++) {
      happen();
    }
  }

  private void happen() {
    ModelProcess one = table.get(random.nextInt(table.size()));
    if (!one.runs() || one.stopsIn > 0 || one == init) {
      return;
    }
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3, 4 -> fork(one);
      case 5 -> {
        if (one.group != one.pid) {
          one.group = one.pid;
          one.session = one.pid;
        }
      }
      case 6 -> {
        if (one.session != one.pid) {
          one.group = one.pid;
        }
      }
      case 7 -> one.executing = one.ofTree ? 1 + random.nextInt(6) : 0;
      case 8 -> {
        if (one.ofTree && random.nextInt(3) == 0) {
          one.cookie = false;
        }
      }
      case 9 -> reap(one);
      default -> {
        if (random.nextInt(3) == 0) {
          end(one);
        }
      }
    }
  }

  private void fork(ModelProcess parent) {
    int kin = 0;
    for (ModelProcess process : table) {
      kin += process.ofTree == parent.ofTree ? 1 : 0;
    }
    long pid = kin < (parent.ofTree ? MOST_OF_TREE : MOST_STRANGERS) ? newPid() : -1;
    if (pid > 0) {
      ModelProcess child = new ModelProcess(pid, clock++, parent, parent.ofTree);
      child.executing = parent.ofTree ? random.nextInt(4) : 0;
      table.add(child);
    }
  }

  private long newPid() {
    for (int i = 0; i < PIDS; i++) {
      long pid = FIRST_PID + nextPid++ % PIDS;
      if (!isInUse(pid)) {
        return pid;
      }
    }
    return -1;
  }

  private boolean isInUse(long pid) {
    for (ModelProcess process : table) {
      if (process.pid == pid || process.group == pid || process.session == pid) {
        return true;
      }
    }
    return false;
  }

  private void reap(ModelProcess parent) {
    for (ModelProcess child : all()) {
      if (child.parent == parent && child.state == ModelProcess.State.ZOMBIE) {
        remove(child);
      }
    }
  }

  private void remove(ModelProcess zombie) {
    zombie.state = ModelProcess.State.GONE;
    table.remove(zombie);
  }

  private void end(ModelProcess process) {
    process.state = ModelProcess.State.ZOMBIE;
    for (ModelProcess child : all()) {
      if (child.parent == process) {
        boolean orphanedGroup = child.group != process.group && child.session == process.session;
        child.parent = init;
        if (child.state == ModelProcess.State.ZOMBIE) {
          remove(child);
        } else if (orphanedGroup && !child.killed && !frozenTime) {
          child.state = ModelProcess.State.RUNNING; // as the kernel does
          child.stopsIn = 0;
        }
        if (process.killed && child.isAlive() && !child.killed && !child.hasSign(root)) {
          child.orphanedByKill = true;
        }
      }
    }
    // Strangers leave no zombies, which would keep each look from being sure.
    if (process != root && (process.parent == init || !process.ofTree)) {
      remove(process);
    }
  }

  private Hold.Sent deliver(ModelProcess target, int signal) {
    if (target.state == ModelProcess.State.GONE) {
      return Hold.Sent.GONE;
    }
    if (signal != 0 && !target.ofTree) {
      offences.add("signal " + signal + " was sent to " + target);
    }
    if (target.isAlive() && signal == STOP) {
      stop(target);
    } else if (target.isAlive() && signal == TreeMember.KILL && !target.killed) {
      target.killed = true;
      end(target);
    }
    return Hold.Sent.YES;
  }

  /** Where a bug can be planted. */
  void stop(ModelProcess target) {
    if (target.state == ModelProcess.State.RUNNING && target.stopsIn == 0) {
      target.stopsIn = 1 + random.nextInt(3);
    }
  }

  /** Where another bug can be planted: whom an open hold means. */
  @Nullable
  ModelProcess held(ModelProcess opened) {
    return opened;
  }

  @Override
  public @Nullable Hold open(long pid) throws IOException {
    step();
    if (random.nextInt(20) == 0) {
      throw new IOException("too many open files");
    }
    ModelProcess process = find(pid);
    return process == null ? null : new ModelHold(process);
  }

  Hold holdOn(ModelProcess process) {
    return new ModelHold(process);
  }

  @Override
  public void signalGroup(long leader, int signal) {
    step();
    if (root.state == ModelProcess.State.GONE) {
      offences.add("a group was signalled whose leader is gone");
    }
    for (ModelProcess process : all()) {
      if (process.group == leader) {
        deliver(process, signal);
      }
    }
  }

  @Override
  public long[] pids() {
    step();
    return table.stream().mapToLong(process -> process.pid).toArray();
  }

  @Override
  public @Nullable ProcStat stat(long pid) {
    step();
    ModelProcess process = find(pid);
    return process == null ? null : process.stat();
  }

  @Override
  public Environment environment(long pid, CookieMatcher cookie) {
    step();
    ModelProcess process = find(pid);
    if (process == null) {
      return Environment.UNREADABLE;
    }
    if (process.executing > 0) {
      return Environment.EMPTY;
    }
    return process.cookie ? Environment.HAS_COOKIE : Environment.HAS_NOT;
  }

  @Override
  public String executable(long pid) {
    return "model";
  }

  @Override
  public long[] children(long pid) {
    step();
    return table.stream()
        .filter(child -> child.parent != null && child.parent.pid == pid)
        .mapToLong(child -> child.pid)
        .toArray();
  }

  @Override
  public boolean isStopped(long pid) {
    step();
    ModelProcess process = find(pid);
    return process == null || process.state != ModelProcess.State.RUNNING;
  }

  private final class ModelHold implements Hold {
    private final ModelProcess opened;
    private boolean closed;

    ModelHold(ModelProcess opened) {
      this.opened = opened;
    }

    @Override
    public Sent send(int signal) {
      step();
      if (closed) {
        offences.add("a closed hold was used");
      }
      ModelProcess target = held(opened);
      return target == null ? Sent.GONE : deliver(target, signal);
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
