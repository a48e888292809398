/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

import static java.lang.ref.Reference.reachabilityFence;

import dev.keelson.internal.threads.Daemons;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The real {@link Kernel}: one {@link Call} a method. It is looked up when its first call is made,
 * with those that are always used beside it.
 */
public final class FfmKernel implements Kernel {

  private static final int ALIGNMENT = 16;
  private static final long FIONREAD = 0x541B;
  private static final int EPOLL_CLOEXEC = Linux.O_CLOEXEC;
  private static final int EFD_FLAGS = Linux.O_CLOEXEC | Linux.O_NONBLOCK;
  private static final long NANOS = 1_000_000_000;

  // struct pollfd, and a struct timespec behind it
  private static final int POLL_EVENTS = 4;
  private static final int POLL_FOUND = 6;
  private static final int POLL_TIME = 8;

  /** Made by {@link Kernels}, once. */
  public FfmKernel() {}

  @Override
  public Region allocate(int bytes) {
    MemorySegment segment = Arena.ofAuto().allocate(bytes, ALIGNMENT);
    return new Region(segment.asByteBuffer(), segment.address());
  }

  @Override
  public int open(Region path, int offset, int flags, int mode) {
    try {
      return Files.OPEN.with(path.address() + offset, flags | Linux.O_CLOEXEC, mode);
    } finally {
      reachabilityFence(path);
    }
  }

  @Override
  public int close(int fd) {
    while (true) {
      try {
        return Files.CLOSE.with(fd);
      } catch (OutOfMemoryError e) {
        // The JDK takes a little before a call: it is still open, and nobody else would close it.
        Daemons.awaitMemory();
      }
    }
  }

  @Override
  public int pipe(Region pair, int flags) {
    try {
      return Files.PIPE.with(pair.address(), flags);
    } finally {
      reachabilityFence(pair);
    }
  }

  @Override
  public int read(int fd, Region target, int offset, int length) {
    try {
      return Files.READ.with(fd, target.address() + offset, length);
    } finally {
      reachabilityFence(target);
    }
  }

  @Override
  public int write(int fd, Region source, int offset, int length) {
    try {
      return Files.WRITE.with(fd, source.address() + offset, length);
    } finally {
      reachabilityFence(source);
    }
  }

  @Override
  public int fcntl(int fd, int command, int argument) {
    return Files.FCNTL.with(fd, command, argument);
  }

  @Override
  public int available(int fd) {
    Capture capture = Capture.take();
    try {
      int answer =
          capture.answer(Files.IOCTL.raw(capture, fd, FIONREAD, capture.scratchAddress, 0, 0, 0));
      return answer == 0 ? capture.scratch.getInt(0) : answer;
    } finally {
      capture.giveBack();
    }
  }

  @Override
  public int access(Region path, int offset) {
    try {
      return Files.ACCESS.with(path.address() + offset, 0);
    } finally {
      reachabilityFence(path);
    }
  }

  @Override
  public int eventfd() {
    return Waits.EVENTFD.with(0, EFD_FLAGS);
  }

  @Override
  public int epollCreate() {
    return Waits.CREATE.with(EPOLL_CLOEXEC);
  }

  @Override
  public int epollControl(int epoll, int operation, int fd, int events, long token) {
    Capture capture = Capture.take();
    try {
      capture.scratch.putInt(0, events);
      capture.scratch.putLong(Layout.EPOLL_DATA, token);
      return capture.answer(
          Waits.CONTROL.raw(capture, epoll, operation, fd, capture.scratchAddress, 0, 0));
    } finally {
      capture.giveBack();
    }
  }

  @Override
  public int epollWait(int epoll, Region events, int most, int millis) {
    try {
      return Waits.WAIT.with(epoll, events.address(), most, millis);
    } finally {
      reachabilityFence(events);
    }
  }

  @Override
  public int poll(int fd, int events, long nanos) {
    Capture capture = Capture.take();
    try {
      capture.scratch.putInt(0, fd);
      capture.scratch.putInt(POLL_EVENTS, events); // and none found
      capture.scratch.putLong(POLL_TIME, nanos / NANOS);
      capture.scratch.putLong(POLL_TIME + Long.BYTES, nanos % NANOS);
      long time = nanos < 0 ? 0 : capture.scratchAddress + POLL_TIME;
      int answer =
          capture.answer(Polls.POLL.raw(capture, capture.scratchAddress, 1, time, 0, 0, 0));
      return answer > 0 ? capture.scratch.getShort(POLL_FOUND) : answer;
    } finally {
      capture.giveBack();
    }
  }

  @Override
  public int spawn(SpawnPlan plan) {
    return PosixSpawn.spawn(plan);
  }

  @Override
  public int pidfdOpen(int pid) {
    return Processes.SYSCALL.with(Layout.SYS_PIDFD_OPEN, pid);
  }

  @Override
  public int pidfdSendSignal(int pidfd, int signal) {
    return Processes.SYSCALL.with(Layout.SYS_PIDFD_SEND_SIGNAL, pidfd, signal);
  }

  @Override
  public int kill(int pid, int signal) {
    return Processes.KILL.with(pid, signal);
  }

  @Override
  public int waitid(int kind, int id, Region info, int infoOffset, int options, int usageOffset) {
    try {
      return Processes.SYSCALL.with(
          Layout.SYS_WAITID,
          kind,
          id,
          info.address() + infoOffset,
          options,
          usageOffset < 0 ? 0 : info.address() + usageOffset);
    } finally {
      reachabilityFence(info);
    }
  }

  @Override
  public int sigaction(int signal, Region memory, int action, int old) {
    try {
      return Processes.SIGACTION.with(
          signal, action < 0 ? 0 : memory.address() + action, memory.address() + old);
    } finally {
      reachabilityFence(memory);
    }
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
    static final Call OPEN = Call.of("open");
    static final Call CLOSE = Call.of("close");
    static final Call PIPE = Call.of("pipe2");
    static final Call READ = Call.of("read");
    static final Call WRITE = Call.of("write");
    static final Call FCNTL = Call.of("fcntl");
    static final Call IOCTL = Call.of("ioctl");
    static final Call ACCESS = Call.of("access");
  }

  private static final class Waits {
    static final Call EVENTFD = Call.of("eventfd");
    static final Call CREATE = Call.of("epoll_create1");
    static final Call CONTROL = Call.of("epoll_ctl");
    static final Call WAIT = Call.of("epoll_wait");
  }

  private static final class Polls {
    static final Call POLL = Call.of("ppoll");
  }

  private static final class Processes {
    static final Call SYSCALL = Call.of("syscall");
    static final Call KILL = Call.of("kill");
    static final Call SIGACTION = Call.of("sigaction");
  }
}
