/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.Signals;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import dev.keelson.internal.threads.Daemons;
import dev.keelson.internal.threads.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;

/**
 * The end of one process and of what it started, so that whoever waits for it gets an answer. Made
 * together with the execution: once it is needed, there may be no memory for a class.
 */
final class TreeEnd {

  /*
   * What may come between
   * ---------------------
   * - The engine breaks off. For want of memory it is asked again, MOST_TRIES times; after that, and for any other reason, the
   *   process itself is killed and the rest of its tree is left alone.
   * - The tree was sent KILL, and the process is not reaped yet. A busy machine needs time, which it gets; a process that is held
   *   by the system at MOST_HELD looks in a row is not waited for, since that may last for ever. It is then named as escaped.
   *
   * The one thread that was handed the TreeEnding runs this: nothing here is shared.
   */

  /** How often the engine is asked again that may need more memory than there will ever be. */
  private static final int MOST_TRIES = 20;

  /**
   * How long a process that was sent KILL may take to be gone and reaped, on a machine that is very
   * busy.
   */
  private static final long REAPED_WITHIN = TimeUnit.SECONDS.toNanos(10);

  /**
   * How often in a row it may be found to be held by the system meanwhile, and how far apart: so
   * long a busy disk may hold it as well.
   */
  private static final int MOST_HELD = 25;

  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(10);

  private final Time time;
  private final Spawned process;

  TreeEnd(Time time, Spawned process) {
    this.time = time;
    this.process = process;
  }

  /** Ends the tree, or at least the process itself. */
  TreeReport run(TreeEnding how) {
    for (int tries = 0; ; tries++) {
      try {
        return process.endTree(how);
      } catch (RuntimeException | Error e) {
        if (isForWantOfMemory(e) && tries < MOST_TRIES) {
          Daemons.awaitMemory();
          continue;
        }
        Daemons.complain(TreeEnd.class, "the tree of a process could not be ended", e);
        return killRoot();
      }
    }
  }

  /** Closing a resource throws the JVM's one error again, which cannot be suppressed by itself. */
  private static boolean isForWantOfMemory(Throwable e) {
    return e instanceof OutOfMemoryError || e.getCause() instanceof OutOfMemoryError;
  }

  private TreeReport killRoot() {
    TreeReport.Member root = new TreeReport.Member(process.pid(), "", Signals.KILL);
    try {
      boolean killed = process.signal(Signals.KILL);
      return killed ? new TreeReport(List.of(root), List.of()) : TreeReport.NOTHING;
    } catch (IOException | RuntimeException | Error e) {
      return new TreeReport(List.of(), List.of(root));
    }
  }

  /**
   * Waits for the process itself to be reaped, as far as that is only a matter of time.
   *
   * @return how it ended, or null if it is still there
   */
  @Nullable
  ExitReport awaitReaped(TreeReport sent) {
    if (!escaped(sent)) {
      long start = time.nanoTime();
      int held = 0;
      while (process.exit() == null
          && held < MOST_HELD
          && time.nanoTime() - start < REAPED_WITHIN) {
        Uninterruptibly.run(() -> process.awaitExit(LOOK));
        held = process.isHeld() ? held + 1 : 0;
      }
    }
    return process.exit();
  }

  private boolean escaped(TreeReport sent) {
    for (TreeReport.Member member : sent.escaped()) {
      if (member.pid() == process.pid()) {
        return true;
      }
    }
    return false;
  }

  /** What the user is told of it. */
  static Teardown told(Cause cause, TreeReport report, long nanos) {
    return new Teardown(
        cause.reason(),
        members(report.ended()),
        members(report.escaped()),
        Duration.ofNanos(nanos));
  }

  private static List<Teardown.Member> members(List<TreeReport.Member> members) {
    List<Teardown.Member> all = new ArrayList<>();
    for (TreeReport.Member member : members) {
      all.add(new Teardown.Member(member.pid(), member.program(), member.signal()));
    }
    return all;
  }
}
