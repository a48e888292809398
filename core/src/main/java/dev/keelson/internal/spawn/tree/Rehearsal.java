/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import javax.annotation.Nullable;

/**
 * Ends a tree that exists on paper only: two processes with numbers that no process can have. It
 * goes every step of a real ending, reads the real {@code /proc}, and sends nobody a signal; so the
 * first real one, which a deadline may wait for, need not load and link what it is made of.
 */
public final class Rehearsal {

  /** One more than the kernel's largest pid (PID_MAX_LIMIT). */
  static final long ROOT = (1 << 22) + 1;

  static final long CHILD = ROOT + 1;

  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long SELF = ProcessHandle.current().pid();
  private static final String COOKIE = "KEELSON_REHEARSAL=paper";

  private Rehearsal() {}

  /** Ends the paper tree with a view of holds; each of them means this process, which is asked. */
  public static TreeReport walk(Holds holds) {
    Paper paper = new Paper(holds);
    return TreeEnder.end(
        FreezeWalk.over(
            paper,
            ProcessTable.LONGEST_MEMORY,
            PATIENCE,
            ROOT,
            new PaperHold(paper, ROOT, null),
            true,
            COOKIE,
            paper),
        new TreeEnding(0));
  }

  /** Looks, as an ending does, for a tree that nobody is of; for engines without holds. */
  public static TreeReport look() {
    return TreeEnder.end(ProcessHandle.current(), true, COOKIE, new TreeEnding(0));
  }

  /** The system as it would be if the two were there. */
  private static final class Paper implements ProcReader, Holds {
    private final ProcReader real = new ProcFiles();
    private final Holds holds;
    private boolean stopped;
    private final Set<Long> killed = new HashSet<>();

    Paper(Holds holds) {
      this.holds = holds;
    }

    private boolean isThere(long pid) {
      return (pid == ROOT || pid == CHILD) && !killed.contains(pid);
    }

    void note(long pid, int signal) {
      stopped |= signal == HeldMember.STOP;
      if (signal == TreeMember.KILL) {
        killed.add(pid);
      }
    }

    @Override
    public long[] pids() {
      for (long pid : real.pids()) {
        ProcStat unused = real.stat(pid);
      }
      return LongStream.of(ROOT, CHILD).filter(this::isThere).toArray();
    }

    @Override
    public @Nullable ProcStat stat(long pid) {
      ProcStat self = real.stat(pid > (1 << 22) ? SELF : pid);
      if (pid <= (1 << 22) || self == null) {
        return self;
      }
      long parent = pid == ROOT ? SELF : ROOT;
      return isThere(pid)
          ? new ProcStat(pid, "paper", stopped ? 'T' : 'S', parent, ROOT, 0, self.born() + 1)
          : null;
    }

    @Override
    public Environment environment(long pid, CookieMatcher cookie) {
      Environment unused = real.environment(SELF, cookie);
      return isThere(pid) ? Environment.HAS_COOKIE : Environment.UNREADABLE;
    }

    @Override
    public @Nullable String executable(long pid) {
      return real.executable(SELF);
    }

    @Override
    public @Nullable long[] children(long pid) {
      long[] unused = real.children(SELF);
      return pid == ROOT && isThere(CHILD) ? new long[] {CHILD} : new long[0];
    }

    @Override
    public boolean isStopped(long pid) {
      boolean unused = real.isStopped(SELF);
      return stopped;
    }

    @Override
    public @Nullable Hold open(long pid) throws IOException {
      return isThere(pid) ? new PaperHold(this, pid, holds.open(SELF)) : null;
    }

    @Override
    public void signalGroup(long leader, int signal) {
      note(leader, signal);
    }
  }

  /** What it holds in truth is this process, and what it sends is nothing but a question. */
  private record PaperHold(Paper paper, long pid, @Nullable Hold self) implements Hold {

    @Override
    public Sent send(int signal) {
      if (!paper.isThere(pid)) {
        return Sent.GONE;
      }
      if (self != null) {
        Sent unused = self.send(0);
      }
      paper.note(pid, signal);
      return Sent.YES;
    }

    @Override
    public void close() {
      if (self != null) {
        self.close();
      }
    }
  }
}
