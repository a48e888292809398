/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

/** Numbers of the Linux ABI that are the same on x86-64 and aarch64. */
public final class Linux {

  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int ENOEXEC = 8;
  public static final int EBADF = 9;
  public static final int ECHILD = 10;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int ENODEV = 19;
  public static final int ENOTDIR = 20;
  public static final int EISDIR = 21;
  public static final int EINVAL = 22;
  public static final int ENFILE = 23;
  public static final int EMFILE = 24;
  public static final int EPIPE = 32;
  public static final int ENAMETOOLONG = 36;
  public static final int ENOSYS = 38;
  public static final int ELOOP = 40;
  public static final int ETIMEDOUT = 110;
  public static final int ESTALE = 116;

  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_CREAT = 0100;
  public static final int O_TRUNC = 01000;
  public static final int O_APPEND = 02000;
  public static final int O_NONBLOCK = 04000;
  public static final int O_CLOEXEC = 02000000;

  public static final int F_GETFD = 1;
  public static final int F_SETFL = 4;
  public static final int F_DUPFD_CLOEXEC = 1030;
  public static final int F_SETPIPE_SZ = 1031;

  public static final int EPOLL_CTL_ADD = 1;
  public static final int EPOLL_CTL_DEL = 2;
  public static final int EPOLL_CTL_MOD = 3;
  public static final int EPOLLIN = 1;
  public static final int EPOLLOUT = 4;
  public static final int EPOLLHUP = 16;
  public static final int EPOLLONESHOT = 1 << 30;

  public static final int POLLIN = 1;
  public static final int POLLNVAL = 32;

  public static final int P_PID = 1;
  public static final int P_PIDFD = 3;
  public static final int WNOHANG = 1;
  public static final int WEXITED = 4;
  public static final int WNOWAIT = 0x0100_0000;
  public static final int CLD_EXITED = 1;
  public static final int CLD_DUMPED = 3;

  public static final int SIGPIPE = 13;
  public static final int SIGKILL = 9;
  public static final int SIGCHLD = 17;
  public static final int LAST_SIGNAL = 64;
  public static final int SIG_IGN = 1;

  private Linux() {}
}
