/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.Inbox;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import dev.keelson.internal.spawn.WriteEnd;
import dev.keelson.internal.spawn.tree.Held;
import dev.keelson.internal.threads.Daemons;
import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import dev.keelson.spi.SchedulePoints;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.annotation.Nullable;

/** A child that this engine has started and reaps. */
final class LinuxChild extends Counted implements Spawned, Loop.Handler {

  /*
   * From the exit to the report
   * ---------------------------
   *   RUNNING   the pidfd is open: signals go by it, inside the count
   *   ENDED     the loop was told of the exit and has closed the count; the child is a zombie for as long as anybody is inside
   *   REAPED    the last one out has reaped it by its pidfd and closed that; `exit` is set, then those who wait hear of it
   *
   * The order matters. A signal, a look at its children, or a whole teardown happens inside the count, that is before the reaping,
   * so that its pid, its group and its session cannot belong to anybody else meanwhile: no signal of ours reaches a stranger. The
   * reaping is one call on the pidfd and happens once, because Counted releases once. Until `exit` is set the process counts as
   * alive, afterwards its pid means nothing.
   *
   * Where memory ends in the middle of that, the loop goes on with it later; each step may be repeated, or is marked before it is
   * made. So nobody waits for ever for a child of which the one event has come.
   *
   * A child that is being traced by a debugger may be reported as ended before its parent can reap it: then it is tried again a
   * little later. A child whose status somebody else took is reported as such: waitid says ECHILD, and nobody waits for ever.
   */

  private static final long RETRY_MILLIS = 20;

  /** The end of the list of actions once they have been run. */
  private static final Action RUN = new Action(() -> {}, null);

  /** Compared by identity. */
  private static final class Action {
    final Runnable body;
    @Nullable Action next;

    Action(Runnable body, @Nullable Action next) {
      this.body = body;
      this.next = next;
    }
  }

  private final Machine machine;
  private final Instant startedAt;
  private final boolean ownSession;
  private final @Nullable String cookie;
  private final @Nullable PipeWriter stdin;
  private final @Nullable PipeReader stdout;
  private final @Nullable PipeReader stderr;
  private final CountDownLatch reaped = new CountDownLatch(1);
  private final AtomicReference<Action> actions = new AtomicReference<>();
  private final Long token;

  /** Written before anybody knows of this, the loop included; see {@link #born}. */
  private int pid;

  private int pidfd = -1;
  private @Nullable Creation creation;
  private @Nullable Creation descriptor;

  private final Inbox.Request reaping = new Inbox.Request(this::reap);

  /** How it has ended, and whether the pidfd is closed: of whoever reaps. */
  private @Nullable ExitReport seen;

  private boolean letGo;

  /** The actions that are still to be run: of whoever reaps. */
  private @Nullable Action due;

  /** Written once, before {@code reaped} opens. */
  private volatile @Nullable ExitReport exit;

  /** Taken before the reaping; the same whoever took it. */
  private final AtomicReference<ProcessHandle> handle = new AtomicReference<>();

  /**
   * The loop has told of the end, and would not do so again. Written before the count is closed.
   */
  private boolean told;

  /** One that is still to be born: made before, because afterwards it must not take memory. */
  LinuxChild(
      Machine machine,
      Instant startedAt,
      boolean ownSession,
      @Nullable String cookie,
      Wiring wiring) {
    this.machine = machine;
    this.startedAt = startedAt;
    this.ownSession = ownSession;
    this.cookie = cookie;
    stdin = wiring.stdin();
    stdout = wiring.stdout();
    stderr = wiring.stderr();
    token = machine.loop().reserveToken(); // last: see neverBorn
  }

  /** There is no process for it. */
  void neverBorn() {
    machine.loop().forget(token);
  }

  /**
   * There is one.
   *
   * @param itsPidfd -1 if it is gone
   */
  void born(int itsPid, int itsPidfd, String program) {
    pid = itsPid;
    pidfd = itsPidfd;
    while (Creations.observed() && !isReported(program)) {
      Daemons.awaitMemory();
    }
  }

  private boolean isReported(String program) {
    try {
      if (creation == null) {
        creation = Creations.created(Creation.Kind.PROCESS, pid, () -> program, cookie);
      }
      if (descriptor == null && pidfd >= 0) {
        descriptor =
            Creations.created(Creation.Kind.DESCRIPTOR, pidfd, () -> "pidfd of " + program);
      }
      return true;
    } catch (OutOfMemoryError e) {
      return false;
    }
  }

  /** Has the loop watch it; an error number with its sign changed if that cannot be. */
  int watch() {
    return machine.loop().register(token, pidfd, Linux.EPOLLIN | Linux.EPOLLONESHOT, this);
  }

  /** It was gone before anybody could watch it. */
  void lost() {
    machine.loop().forget(token);
    ended(ExitReport.unknown(Reaper.STOLEN));
    close();
  }

  @Override
  public void ready(int events) {
    SchedulePoints.reach("child.exited");
    told = events != 0;
    close();
  }

  @Override
  protected void release() {
    if (exit != null) {
      return;
    }
    try {
      reap();
    } catch (OutOfMemoryError e) {
      machine.loop().submit(reaping);
    }
  }

  private void reap() {
    SchedulePoints.reach("child.reap");
    ExitReport report = seen;
    if (report == null) {
      report = machine.reaper().look(pidfd);
      if (report == null) {
        Runnable again = () -> machine.loop().submit(reaping);
        Daemons.timer().schedule(again, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        return;
      }
      seen = report;
    }
    if (!letGo) {
      letGo();
    }
    ended(report);
  }

  private void letGo() {
    machine.reaper().reap(pidfd);
    Creations.ended(descriptor);
    if (told) {
      machine.loop().forget(token);
    } else {
      machine.loop().deregister(pidfd, token);
    }
    letGo = true; // the number is given back once
    Descriptors.close(machine.kernel(), pidfd);
  }

  private void ended(ExitReport report) {
    if (exit == null) {
      Creations.ended(creation);
      exit = report;
      reaped.countDown();
      for (Action last = actions.getAndSet(RUN); last != null; ) {
        Action earlier = last.next;
        last.next = due; // in the order in which they came
        due = last;
        last = earlier;
      }
    }
    for (Action next = due; next != null; next = next.next) {
      due = next.next;
      try {
        next.body.run();
      } catch (RuntimeException | Error e) { // the others wait for it, too
        Daemons.complain(LinuxChild.class, "what was to follow an exit has failed", e);
      }
    }
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public Instant startedAt() {
    return startedAt;
  }

  @Override
  public @Nullable ExitReport exit() {
    return exit;
  }

  @Override
  public boolean awaitExit(long nanos) throws InterruptedException {
    return exit != null || (nanos > 0 && reaped.await(nanos, TimeUnit.NANOSECONDS));
  }

  @Override
  public void onExit(Runnable action) {
    Action earlier = actions.get();
    while (earlier != RUN) {
      if (actions.compareAndSet(earlier, new Action(action, earlier))) { // against ended()
        return;
      }
      earlier = actions.get();
    }
    action.run();
  }

  @Override
  public boolean signal(int signal) throws IOException {
    if (!enter()) {
      return false;
    }
    try {
      Kernel kernel = machine.kernel();
      int answer = kernel.pidfdSendSignal(pidfd, signal);
      if (answer == 0 || answer == -Linux.ESRCH) {
        return answer == 0;
      }
      throw Failures.cannotSignal(kernel, pid, signal, answer);
    } finally {
      leave();
    }
  }

  @Override
  public TreeReport endTree(TreeEnding how) {
    boolean there = enter();
    try {
      return Trees.end(machine.kernel(), this, there, how);
    } finally {
      if (there) {
        leave();
      }
    }
  }

  @Override
  public boolean isHeld() {
    return Held.isHeld(pid);
  }

  @Override
  public ProcessHandle toHandle() {
    ProcessHandle known = handle.get();
    if (known != null) {
      return known;
    }
    ProcessHandle found = null;
    if (enter()) {
      try {
        found = ProcessHandle.of(pid).orElse(null);
      } finally {
        leave();
      }
    }
    found = found != null ? found : new EndedHandle(pid);
    // Against another caller: one may come before the reaping, and one after it.
    ProcessHandle first = handle.compareAndExchange(null, found);
    return first != null ? first : found;
  }

  /** For those inside the count. */
  int pidfd() {
    return pidfd;
  }

  boolean leadsSession() {
    return ownSession;
  }

  @Nullable
  String cookie() {
    return cookie;
  }

  @Override
  public @Nullable WriteEnd stdin() {
    return stdin;
  }

  @Override
  public @Nullable ReadEnd stdout() {
    return stdout;
  }

  @Override
  public @Nullable ReadEnd stderr() {
    return stderr;
  }
}
