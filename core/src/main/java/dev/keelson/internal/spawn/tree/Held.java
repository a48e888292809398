/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells a process that the system keeps, after KILL, from one that only takes its time. */
public final class Held {

  /*
   * After KILL every thread of a process ends as soon as a processor is free, but for these:
   *
   *   D                   in an operation that no signal ends, such as one on a disk that does not answer
   *   t                   stopped on the way out by a debugger that asked for it
   *   Z and traced        ended, and kept for the debugger, which has to take note before its parent may
   *
   * Neither R nor S nor T lasts, and a Z that nobody traces is the parent's, that is ours, to reap. One look proves nothing:
   * processes are in D for moments, and debuggers let go.
   */

  private static final boolean TOLD = ProcFiles.exist();

  private Held() {}

  /** Whether one of its threads is held now; true where the system does not tell. */
  public static boolean isHeld(long pid) {
    if (!TOLD) {
      return true;
    }
    String tasks = "/proc/" + pid + "/task";
    String[] all = new File(tasks).list();
    for (String task : all == null ? new String[0] : all) {
      if (isHeld(Path.of(tasks, task, "status"))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isHeld(Path status) {
    try {
      return isHeld(Files.readString(status, StandardCharsets.ISO_8859_1));
    } catch (IOException itHasGone) {
      return false;
    }
  }

  /** Whether a thread of which this is the status is held. */
  static boolean isHeld(String status) {
    return switch (value(status, "\nState:")) {
      case 'D', 't' -> true;
      case 'Z', 'X' -> value(status, "\nTracerPid:") != '0';
      default -> false;
    };
  }

  /** The first character of a line's value; a zero if there is no such line. */
  private static char value(String status, String name) {
    int at = status.indexOf(name);
    int value = at < 0 ? -1 : at + name.length() + 1;
    return value < 0 || value >= status.length() ? '0' : status.charAt(value);
  }
}
