/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

/**
 * Where structures of the 64-bit Linux ABI have their fields, and the numbers of the system calls
 * that have no function in every C library; both for x86-64 and aarch64, and nowhere else.
 */
public final class Layout {

  private static final String ARCH = System.getProperty("os.arch", "");
  private static final boolean X86 = ARCH.equals("amd64") || ARCH.equals("x86_64");

  /** Whether this is one of the two machines that the numbers below are right for. */
  public static final boolean KNOWN = X86 || ARCH.equals("aarch64");

  /** {@code struct epoll_event} is packed on x86-64 alone. */
  public static final int EPOLL_EVENT = X86 ? 12 : 16;

  static final int EPOLL_DATA = X86 ? 4 : 8;

  public static final int SYS_WAITID = X86 ? 247 : 95;
  public static final int SYS_PIDFD_SEND_SIGNAL = 424;
  public static final int SYS_PIDFD_OPEN = 434;

  /** {@code siginfo_t}. */
  public static final int SIGINFO = 128;

  private static final int SI_CODE = 8;
  private static final int SI_PID = 16;
  private static final int SI_STATUS = 24;

  /** {@code struct rusage}. */
  public static final int RUSAGE = 144;

  private static final int RU_UTIME = 0;
  private static final int RU_STIME = 16;
  private static final int RU_MAXRSS = 32;
  private static final int TV_USEC = 8;

  /** {@code struct sigaction} of the C library. */
  public static final int SIGACTION = 152;

  private static final int SA_FLAGS = 136;
  private static final int SA_NOCLDWAIT = 2;

  private Layout() {}

  /** The flags of the event with that index. */
  public static int events(Region events, int index) {
    return events.bytes().getInt(index * EPOLL_EVENT);
  }

  /** The token of the event with that index. */
  public static long token(Region events, int index) {
    return events.bytes().getLong(index * EPOLL_EVENT + EPOLL_DATA);
  }

  /** How it ended: {@link Linux#CLD_EXITED}, killed or dumped. */
  public static int endedBy(Region region, int info) {
    return region.bytes().getInt(info + SI_CODE);
  }

  /** Whom a {@code siginfo} is about; zero where nobody had ended. */
  public static int pid(Region region, int info) {
    return region.bytes().getInt(info + SI_PID);
  }

  /** The exit code or the signal. */
  public static int status(Region region, int info) {
    return region.bytes().getInt(info + SI_STATUS);
  }

  /** User and system time in microseconds. */
  public static long cpuMicros(Region region, int usage) {
    return micros(region, usage + RU_UTIME) + micros(region, usage + RU_STIME);
  }

  private static long micros(Region region, int time) {
    return region.bytes().getLong(time) * 1_000_000 + region.bytes().getLong(time + TV_USEC);
  }

  /** The largest resident set in bytes. */
  public static long maxRss(Region region, int usage) {
    return region.bytes().getLong(usage + RU_MAXRSS) * 1024;
  }

  /** The handler: an address, or 0 for the default and 1 for ignoring. */
  public static long handler(Region region, int action) {
    return region.bytes().getLong(action);
  }

  /** Whether the children of a process with this action for SIGCHLD are reaped by the kernel. */
  public static boolean reapsChildren(Region region, int action) {
    return (region.bytes().getInt(action + SA_FLAGS) & SA_NOCLDWAIT) != 0;
  }
}
