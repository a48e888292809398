/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import java.nio.charset.StandardCharsets;
import javax.annotation.Nullable;

/**
 * What {@code /proc/PID/stat} says of a process.
 *
 * @param pid its pid
 * @param name the name of its program, cut to 15 bytes
 * @param state the letter of its state
 * @param parent its parent's pid
 * @param session its session, by the pid of who made it
 * @param flags the kernel's flags
 * @param born its start in clock ticks since the system's: with the pid it tells one process from
 *     every other
 */
record ProcStat(
    long pid, String name, char state, long parent, long session, long flags, long born) {

  private static final long PF_KTHREAD = 0x0020_0000;

  // Counted from the state, the first field after the name, which may contain blanks and
  // parentheses itself.
  private static final int PARENT = 1;
  private static final int SESSION = 3;
  private static final int FLAGS = 6;
  private static final int BORN = 19;

  /** Whether it has ended, and only waits for its parent to take note. */
  boolean isZombie() {
    return state == 'Z' || state == 'X' || state == 'x';
  }

  /** Whether it does not run and will not before it is told to, if ever. */
  boolean isStopped() {
    return state == 'T' || state == 't' || isZombie();
  }

  /** Whether it is a thread of the kernel's, which is nobody's child. */
  boolean isKernelThread() {
    return (flags & PF_KTHREAD) != 0;
  }

  /**
   * Whether both were read of the same process, and not of two that had the same pid one after the
   * other.
   */
  boolean isSameProcess(ProcStat other) {
    return pid == other.pid && born == other.born;
  }

  /** Whether this process lives still: neither gone nor a zombie, nor followed by another one. */
  boolean livesIn(ProcReader proc) {
    ProcStat now = proc.stat(pid);
    return now != null && !now.isZombie() && now.isSameProcess(this);
  }

  /** The path of its program, or its name where that may not be known. */
  String program(ProcReader proc) {
    String path = proc.executable(pid);
    return path == null ? name : path;
  }

  /** Reads the file's first {@code length} bytes; null if that is not what they are. */
  static @Nullable ProcStat parse(long pid, byte[] file, int length) {
    int open = 0;
    while (open < length && file[open] != '(') {
      open++;
    }
    int close = length - 1;
    while (close > open && file[close] != ')') {
      close--;
    }
    if (close <= open || close + 2 >= length) {
      return null;
    }
    String name = new String(file, open + 1, close - open - 1, StandardCharsets.UTF_8);
    char state = (char) file[close + 2];
    long parent = 0;
    long session = 0;
    long flags = 0;
    int field = 0;
    long value = 0;
    for (int i = close + 2; i < length; i++) {
      byte b = file[i];
      if (b >= '0' && b <= '9') {
        value = value * 10 + (b - '0');
      } else if (b == ' ') {
        if (field == PARENT) {
          parent = value;
        } else if (field == SESSION) {
          session = value;
        } else if (field == FLAGS) {
          flags = value;
        } else if (field == BORN) {
          return new ProcStat(pid, name, state, parent, session, flags, value);
        }
        field++;
        value = 0;
      }
    }
    return null;
  }
}
