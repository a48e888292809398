/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Layout;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.Region;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.tree.FreezeWalk;
import dev.keelson.internal.spawn.tree.Hold;
import dev.keelson.internal.threads.Daemons;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Takes a process that was just started under supervision, or leaves nothing of it. */
final class Adoption {

  /*
   * A pid is ours until somebody reaps it, which nobody but us should do. Where somebody does, the pid can mean another process by
   * the time its pidfd is opened. So the pidfd is asked whether it means an unreaped child of this process: only then it is used.
   * If not, the child is gone with its status, and there is nothing to watch.
   *
   * If there is no descriptor for the pidfd, or the loop cannot take it, then nobody could watch the child, and the start has
   * failed: the child, which may have started others by now, is ended with its tree and reaped.
   *
   * Memory may end at any moment, and a process that nobody knows of runs on. So all that the watching takes is made before there is
   * a process: the object, its token, and the token's place in the table. From posix_spawn to the registration there are stores
   * and system calls, of which each takes some forty bytes of the JDK's until it is compiled.
   */

  private static final long KILLED_WITHIN = TimeUnit.SECONDS.toNanos(1);
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(1);

  private final Machine machine;
  private final Kernel kernel;
  private final SpawnRequest request;
  private final LinuxChild child;

  /** Or the error number with its sign changed; once it was asked for. */
  private int pidfd;

  private boolean asked;
  private boolean undone;

  /**
   * To be made before the process; {@link #giveUp} if there is none, or it could not be adopted.
   */
  Adoption(Machine machine, SpawnRequest request, Wiring wiring) {
    this.machine = machine;
    this.kernel = machine.kernel();
    this.request = request;
    child = new LinuxChild(machine, Instant.now(), request.ownSession(), request.cookie(), wiring);
  }

  void giveUp() {
    child.neverBorn();
  }

  /**
   * Takes it over, or leaves nothing of it and throws. Where there is no memory for a call, it
   * waits for some: to take the process back would need more.
   */
  Spawned adopt(int pid) throws IOException {
    while (true) {
      try {
        return watched(pid);
      } catch (OutOfMemoryError e) {
        if (undone) {
          throw e;
        }
        Daemons.awaitMemory();
      } catch (RuntimeException | Error e) {
        if (!undone) {
          undo(pid);
        }
        throw e;
      }
    }
  }

  /** May be called again if it found no memory. */
  private Spawned watched(int pid) throws IOException {
    if (!asked) {
      pidfd = Descriptors.aboveStandard(kernel, kernel.pidfdOpen(pid));
      asked = true; // once: if somebody reaps it, the pid may be another's the next time
    }
    boolean gone = pidfd == -Linux.ESRCH || pidfd == -Linux.EINVAL;
    if (pidfd < 0 && !gone) {
      undo(pid);
      throw Failures.of(kernel, pidfd);
    }
    if (pidfd >= 0 && !machine.reaper().isOurs(pidfd)) {
      kernel.close(pidfd);
      pidfd = -Linux.ESRCH;
      gone = true;
    }
    child.born(pid, gone ? -1 : pidfd, request.command().get(0));
    if (gone) {
      child.lost();
      return child;
    }
    int answer = child.watch();
    if (answer < 0) {
      undo(pid);
      child.ready(0); // reaps nobody, and closes the pidfd
      throw Failures.of(kernel, answer);
    }
    return child;
  }

  /**
   * Ends a child with what it may have started already, and reaps it, by its pid, which is its own
   * until that is done.
   */
  private void undo(int pid) {
    undone = true;
    while (true) {
      try {
        end(pid);
        return;
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory(); // nobody else knows of it
      }
    }
  }

  private void end(int pid) {
    if (wait(pid, Linux.WNOHANG | Linux.WNOWAIT) == -Linux.ECHILD) {
      return; // somebody else has reaped it, and the pid means nothing
    }
    Hold unreaped = new ByPid(kernel, pid);
    try {
      var unused =
          FreezeWalk.end(
              pid,
              unreaped,
              request.ownSession(),
              request.cookie(),
              new Pidfds(kernel),
              new TreeEnding(0));
    } finally {
      kernel.kill(pid, Linux.SIGKILL);
    }
    long start = System.nanoTime();
    while (!isReaped(pid)) {
      if (System.nanoTime() - start > KILLED_WITHIN) {
        Daemons.workers()
            .execute(() -> wait(pid, 0)); // it is in the kernel, for as long as that takes
        return;
      }
      LockSupport.parkNanos(LOOK);
    }
  }

  private boolean isReaped(int pid) {
    Region region = machine.regions().take();
    region.bytes().putLong(0, 0).putLong(16, 0);
    int answer = kernel.waitid(Linux.P_PID, pid, region, 0, Linux.WEXITED | Linux.WNOHANG, -1);
    boolean reaped = answer < 0 || Layout.pid(region, 0) == pid;
    machine.regions().give(region);
    return reaped;
  }

  private int wait(int pid, int options) {
    Region region = machine.regions().take();
    int answer = kernel.waitid(Linux.P_PID, pid, region, 0, Linux.WEXITED | options, -1);
    machine.regions().give(region);
    return answer;
  }

  /** A hold by the pid, right as long as it is not reaped. */
  private record ByPid(Kernel kernel, int pid) implements Hold {

    @Override
    public Sent send(int signal) {
      return Pidfd.sent(kernel.kill(pid, signal));
    }

    @Override
    public void close() {
      // nothing was opened
    }
  }
}
