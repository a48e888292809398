/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import dev.keelson.testkit.internal.ProcFiles;
import java.time.Duration;

/**
 * One process as {@code /proc/PID/stat} showed it at one moment. The pid together with the start
 * time names one process for the lifetime of the machine; a pid alone is used again.
 *
 * @param pid its number
 * @param parent the pid of its parent now; 1, or a subreaper's, once it was orphaned
 * @param state the kernel's letter: R, S, D, T, t, Z, X, I
 * @param group its process group
 * @param session its session
 * @param startTicks when it started, in clock ticks after boot
 * @param name the short name of the program, at most 15 bytes
 */
public record ProcInfo(
    long pid, long parent, char state, long group, long session, long startTicks, String name) {

  private static final int HEAD = 60;
  private static final int TAIL = 80;
  private static final long TICKS_PER_SECOND = 100; // USER_HZ, fixed in the Linux user ABI

  /** Whether it has ended and waits to be reaped by its parent. */
  public boolean isZombie() {
    return state == 'Z';
  }

  /** Whether it can still run; a stopped process can, a zombie cannot. */
  public boolean isAlive() {
    return state != 'Z' && state != 'X' && state != 'x';
  }

  /** Whether this and {@code other} describe the same process, perhaps at different moments. */
  public boolean isSameProcess(ProcInfo other) {
    return pid == other.pid && startTicks == other.startTicks;
  }

  /** How long ago it started, to a hundredth of a second. */
  public Duration age() {
    double started = (double) startTicks / TICKS_PER_SECOND;
    return Duration.ofMillis(Math.max(0, (long) ((ProcFiles.uptimeSeconds() - started) * 1_000)));
  }

  /**
   * One line for people: pid, start time and command line. Of a long command, such as a script, the
   * middle is left out.
   */
  public String describe() {
    String command = Procs.commandLine(pid).replaceAll("\\s+", " ");
    if (command.isEmpty()) {
      command = "[" + name + "]";
    } else if (command.length() > HEAD + TAIL + 5) {
      int tail = command.length() - TAIL;
      command = command.substring(0, HEAD) + " ... " + command.substring(tail);
    }
    return "pid " + pid + " (start " + startTicks + ") " + command;
  }

  /**
   * Parses a line of {@code /proc/PID/stat}. The name stands in parentheses and may hold spaces,
   * newlines and parentheses: the fields begin after the <i>last</i> closing one.
   */
  static ProcInfo parse(String stat) {
    int open = stat.indexOf('(');
    int close = stat.lastIndexOf(')');
    String[] fields = stat.substring(close + 2).trim().split(" ");
    return new ProcInfo(
        Long.parseLong(stat.substring(0, open).trim()),
        Long.parseLong(fields[1]),
        fields[0].charAt(0),
        Long.parseLong(fields[2]),
        Long.parseLong(fields[3]),
        Long.parseLong(fields[19]),
        stat.substring(open + 1, close));
  }
}
