/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

/**
 * Calls of the C library and the kernel. Safe for use by multiple threads, as far as the
 * descriptors that are passed stay the caller's during the call.
 *
 * <p>No call throws an exception: what is negative is an error number with its sign changed, {@code
 * -ENOSYS} where this system does not have the call at all. Each but {@link #close} may throw an
 * {@code OutOfMemoryError}, as the JDK takes a few bytes for a call. None is interrupted by a Java
 * interrupt; {@code -EINTR} is passed on where the system says so.
 *
 * <p>These wait: {@link #epollWait}, {@link #poll}, {@link #waitid} without {@code WNOHANG}, {@link
 * #open} of a FIFO, {@link #read} and {@link #write} of a descriptor that blocks, and {@link
 * #spawn} while a program is being loaded. A virtual thread that makes them occupies its carrier.
 */
public interface Kernel {

  /** Memory of that many bytes, zeroed, which lives as long as the region is reachable. */
  Region allocate(int bytes);

  // Descriptors

  /** {@code open(path, flags | O_CLOEXEC, mode)} of the NUL-terminated path at that offset. */
  int open(Region path, int offset, int flags, int mode);

  /** {@code close}; the number is free afterwards, whatever the answer. */
  int close(int fd);

  /** Puts the numbers of the read end and of the write end into the first eight bytes. */
  int pipe(Region pair, int flags);

  /** {@code read} to that offset. */
  int read(int fd, Region target, int offset, int length);

  /** {@code write} from that offset. */
  int write(int fd, Region source, int offset, int length);

  /** {@code fcntl} with a number as argument. */
  int fcntl(int fd, int command, int argument);

  /** How many bytes can be read at once. */
  int available(int fd);

  /** Zero if something of the NUL-terminated path at that offset is there: {@code F_OK}. */
  int access(Region path, int offset);

  /** A non-blocking counter with close-on-exec set. */
  int eventfd();

  // Waiting

  /** An epoll instance with close-on-exec set. */
  int epollCreate();

  /** {@code epoll_ctl}. */
  int epollControl(int epoll, int operation, int fd, int events, long token);

  /**
   * {@code epoll_wait}; what came is read with {@link Layout#events} and {@link Layout#token}.
   *
   * @param millis how long at the most; negative for as long as it takes
   */
  int epollWait(int epoll, Region events, int most, int millis);

  /**
   * {@code ppoll} of one descriptor: what was found, zero if nothing was in that time.
   *
   * @param events bits such as {@link Linux#POLLIN}
   * @param nanos how long at the most; negative for as long as it takes
   */
  int poll(int fd, int events, long nanos);

  // Processes

  /** Starts a process; the answer is its pid. */
  int spawn(SpawnPlan plan);

  /** A descriptor of the process that has this pid now, with close-on-exec set. */
  int pidfdOpen(int pid);

  /** Sends a signal to the process of a descriptor; zero only asks. */
  int pidfdSendSignal(int pidfd, int signal);

  /** {@code kill}. Callers say why the pid cannot have been taken over. */
  int kill(int pid, int signal);

  /**
   * The system call {@code waitid}, which fills in a {@code siginfo} and a {@code rusage}; see
   * {@link Layout}.
   */
  int waitid(int kind, int id, Region info, int infoOffset, int options, int usageOffset);

  /**
   * {@code sigaction}: sets what stands at {@code action}, unless that is negative, and puts what
   * was there at {@code old}.
   */
  int sigaction(int signal, Region memory, int action, int old);

  // Surroundings

  /** The entries of this process's environment, as bytes. */
  byte[][] environment();

  /** What the C library says of an error number. */
  String message(int errno);
}
