/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

import static dev.keelson.internal.linux.Calls.INT;
import static dev.keelson.internal.linux.Calls.LONG;
import static dev.keelson.internal.linux.Calls.failing;
import static dev.keelson.internal.linux.Calls.impossible;
import static java.lang.ref.Reference.reachabilityFence;

import dev.keelson.internal.threads.Daemons;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The real {@link Kernel}: one downcall a method. A handle is linked when its first call is made,
 * with those that are always used beside it.
 */
public final class FfmKernel implements Kernel {

  private static final int ALIGNMENT = 16;
  private static final long FIONREAD = 0x541B;
  private static final int EPOLL_CLOEXEC = Linux.O_CLOEXEC;
  private static final int EFD_FLAGS = Linux.O_CLOEXEC | Linux.O_NONBLOCK;

  /** Made by {@link Kernels}, once. */
  public FfmKernel() {}

  @Override
  public Region allocate(int bytes) {
    MemorySegment segment = Arena.ofAuto().allocate(bytes, ALIGNMENT);
    return new Region(segment.asByteBuffer(), segment.address());
  }

  @Override
  public int open(Region path, int offset, int flags, int mode) {
    MemorySegment capture = Captures.take();
    long answer;
    try {
      answer =
          (int)
              Files.OPEN.invokeExact(
                  capture, path.address() + offset, flags | Linux.O_CLOEXEC, mode);
    } catch (Throwable t) {
      throw impossible(t);
    } finally {
      reachabilityFence(path);
    }
    return Captures.answer(capture, answer);
  }

  @Override
  public int close(int fd) {
    while (true) {
      MemorySegment capture = Captures.take();
      try {
        return Captures.answer(capture, (int) Files.CLOSE.invokeExact(capture, fd));
      } catch (OutOfMemoryError e) {
        // The JDK takes a little before a call: it is still open, and nobody else would close it.
        Captures.giveBack(capture);
        Daemons.awaitMemory();
      } catch (Throwable t) {
        throw impossible(t);
      }
    }
  }

  @Override
  public int pipe(Region pair, int flags) {
    MemorySegment capture = Captures.take();
    long answer;
    try {
      answer = (int) Files.PIPE.invokeExact(capture, pair.address(), flags);
    } catch (Throwable t) {
      throw impossible(t);
    } finally {
      reachabilityFence(pair);
    }
    return Captures.answer(capture, answer);
  }

  @Override
  public int read(int fd, Region target, int offset, int length) {
    MemorySegment capture = Captures.take();
    long answer;
    try {
      answer = (long) Files.READ.invokeExact(capture, fd, target.address() + offset, (long) length);
    } catch (Throwable t) {
      throw impossible(t);
    } finally {
      reachabilityFence(target);
    }
    return Captures.answer(capture, answer);
  }

  @Override
  public int write(int fd, Region source, int offset, int length) {
    MemorySegment capture = Captures.take();
    long answer;
    try {
      answer =
          (long) Files.WRITE.invokeExact(capture, fd, source.address() + offset, (long) length);
    } catch (Throwable t) {
      throw impossible(t);
    } finally {
      reachabilityFence(source);
    }
    return Captures.answer(capture, answer);
  }

  @Override
  public int fcntl(int fd, int command, int argument) {
    MemorySegment capture = Captures.take();
    long answer;
    try {
      answer = (int) Files.FCNTL.invokeExact(capture, fd, command, argument);
    } catch (Throwable t) {
      throw impossible(t);
    }
    return Captures.answer(capture, answer);
  }

  @Override
  public int available(int fd) {
    MemorySegment capture = Captures.take();
    long answer;
    try {
      answer = (int) Files.IOCTL.invokeExact(capture, fd, FIONREAD, Captures.scratch(capture));
    } catch (Throwable t) {
      throw impossible(t);
    }
    return Captures.answer(capture, answer == 0 ? Captures.scratchInt(capture) : answer);
  }

  @Override
  public int access(Region path, int offset) {
    MemorySegment capture = Captures.take();
    long answer;
    try {
      answer = (int) Files.ACCESS.invokeExact(capture, path.address() + offset, 0);
    } catch (Throwable t) {
      throw impossible(t);
    } finally {
      reachabilityFence(path);
    }
    return Captures.answer(capture, answer);
  }

  @Override
  public int eventfd() {
    MemorySegment capture = Captures.take();
    long answer;
    try {
      answer = (int) Waits.EVENTFD.invokeExact(capture, 0, EFD_FLAGS);
    } catch (Throwable t) {
      throw impossible(t);
    }
    return Captures.answer(capture, answer);
  }

  @Override
  public int epollCreate() {
    MemorySegment capture = Captures.take();
    long answer;
    try {
      answer = (int) Waits.CREATE.invokeExact(capture, EPOLL_CLOEXEC);
    } catch (Throwable t) {
      throw impossible(t);
    }
    return Captures.answer(capture, answer);
  }

  @Override
  public int epollControl(int epoll, int operation, int fd, int events, long token) {
    MemorySegment capture = Captures.take();
    Captures.scratchEvent(capture, events, token);
    long answer;
    try {
      answer =
          (int) Waits.CONTROL.invokeExact(capture, epoll, operation, fd, Captures.scratch(capture));
    } catch (Throwable t) {
      throw impossible(t);
    }
    return Captures.answer(capture, answer);
  }

  @Override
  public int epollWait(int epoll, Region events, int most, int millis) {
    MemorySegment capture = Captures.take();
    long answer;
    try {
      answer = (int) Waits.WAIT.invokeExact(capture, epoll, events.address(), most, millis);
    } catch (Throwable t) {
      throw impossible(t);
    } finally {
      reachabilityFence(events);
    }
    return Captures.answer(capture, answer);
  }

  @Override
  public int poll(int fd, int events, long nanos) {
    return Polls.poll(fd, events, nanos);
  }

  @Override
  public int spawn(SpawnPlan plan) {
    return PosixSpawn.spawn(plan);
  }

  @Override
  public int pidfdOpen(int pid) {
    MemorySegment capture = Captures.take();
    long answer;
    try {
      answer =
          (long)
              Processes.SYSCALL.invokeExact(
                  capture, (long) Layout.SYS_PIDFD_OPEN, (long) pid, 0L, 0L, 0L, 0L);
    } catch (Throwable t) {
      throw impossible(t);
    }
    return Captures.answer(capture, answer);
  }

  @Override
  public int pidfdSendSignal(int pidfd, int signal) {
    MemorySegment capture = Captures.take();
    long answer;
    try {
      answer =
          (long)
              Processes.SYSCALL.invokeExact(
                  capture,
                  (long) Layout.SYS_PIDFD_SEND_SIGNAL,
                  (long) pidfd,
                  (long) signal,
                  0L,
                  0L,
                  0L);
    } catch (Throwable t) {
      throw impossible(t);
    }
    return Captures.answer(capture, answer);
  }

  @Override
  public int kill(int pid, int signal) {
    MemorySegment capture = Captures.take();
    long answer;
    try {
      answer = (int) Processes.KILL.invokeExact(capture, pid, signal);
    } catch (Throwable t) {
      throw impossible(t);
    }
    return Captures.answer(capture, answer);
  }

  @Override
  public int waitid(int kind, int id, Region info, int infoOffset, int options, int usageOffset) {
    MemorySegment capture = Captures.take();
    long answer;
    try {
      answer =
          (long)
              Processes.SYSCALL.invokeExact(
                  capture,
                  (long) Layout.SYS_WAITID,
                  (long) kind,
                  (long) id,
                  info.address() + infoOffset,
                  (long) options,
                  usageOffset < 0 ? 0L : info.address() + usageOffset);
    } catch (Throwable t) {
      throw impossible(t);
    } finally {
      reachabilityFence(info);
    }
    return Captures.answer(capture, answer);
  }

  @Override
  public int sigaction(int signal, Region memory, int action, int old) {
    MemorySegment capture = Captures.take();
    long answer;
    try {
      answer =
          (int)
              Processes.SIGACTION.invokeExact(
                  capture,
                  signal,
                  action < 0 ? 0L : memory.address() + action,
                  memory.address() + old);
    } catch (Throwable t) {
      throw impossible(t);
    } finally {
      reachabilityFence(memory);
    }
    return Captures.answer(capture, answer);
  }

  @Override
  public byte[][] environment() {
    return Surroundings.environment();
  }

  @Override
  public String message(int errno) {
    return Surroundings.message(errno);
  }

  private static final class Files {
    static final MethodHandle OPEN = failing("open", INT, 2, LONG, INT, INT);
    static final MethodHandle CLOSE = failing("close", INT, INT);
    static final MethodHandle PIPE = failing("pipe2", INT, LONG, INT);
    static final MethodHandle READ = failing("read", LONG, INT, LONG, LONG);
    static final MethodHandle WRITE = failing("write", LONG, INT, LONG, LONG);
    static final MethodHandle FCNTL = failing("fcntl", INT, 2, INT, INT, INT);
    static final MethodHandle IOCTL = failing("ioctl", INT, 2, INT, LONG, LONG);
    static final MethodHandle ACCESS = failing("access", INT, LONG, INT);
  }

  private static final class Waits {
    static final MethodHandle EVENTFD = failing("eventfd", INT, INT, INT);
    static final MethodHandle CREATE = failing("epoll_create1", INT, INT);
    static final MethodHandle CONTROL = failing("epoll_ctl", INT, INT, INT, INT, LONG);
    static final MethodHandle WAIT = failing("epoll_wait", INT, INT, LONG, INT, INT);
  }

  private static final class Processes {
    static final MethodHandle SYSCALL =
        failing("syscall", LONG, 1, LONG, LONG, LONG, LONG, LONG, LONG);
    static final MethodHandle KILL = failing("kill", INT, INT, INT);
    static final MethodHandle SIGACTION = failing("sigaction", INT, INT, LONG, LONG);
  }
}
