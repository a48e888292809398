/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import dev.keelson.internal.threads.VirtualThreads;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a report says of threads: of those it has met as objects, and of those the JVM lists. */
final class ReportThreads {

  private static final int FRAMES = 24;

  private final Map<Long, Thread> met = new HashMap<>();
  private final Map<Long, JvmThreads.Row> rows;
  private final Map<Long, HangReport.Party> parties = new HashMap<>();

  ReportThreads(ReportSample sample) {
    rows = sample.rows;
    for (ReportSample.Seen lock : sample.locks.values()) {
      if (lock.owner() != null) {
        met.put(ThreadIds.of(lock.owner()), lock.owner());
      }
      for (Wait wait : lock.waits()) {
        met.put(ThreadIds.of(wait.thread), wait.thread);
      }
      for (Thread thread : lock.conditionWaiters()) {
        met.put(ThreadIds.of(thread), thread);
      }
    }
  }

  /** Whether a thread of that id is known to live; a virtual thread may live unknown. */
  boolean isAlive(long id) {
    Thread thread = met.get(id);
    return thread == null ? rows.containsKey(id) : thread.isAlive();
  }

  /**
   * The thread as it is now.
   *
   * @param name what to call it if nothing else is known
   */
  HangReport.Party party(long id, String name) {
    HangReport.Party known = parties.get(id);
    if (known == null) {
      known = make(id, name);
      parties.put(id, known);
    }
    return known;
  }

  private HangReport.Party make(long id, String name) {
    Thread thread = met.get(id);
    if (thread != null) {
      boolean virtual = VirtualThreads.isVirtual(thread);
      List<String> stack = ReportFrames.of(thread.getStackTrace(), FRAMES);
      String state = virtual ? virtualState(thread) : thread.getState().toString();
      return new HangReport.Party(id, thread.getName(), thread.isAlive(), virtual, state, stack);
    }
    JvmThreads.Row row = rows.get(id);
    if (row != null) {
      return new HangReport.Party(
          id, row.name(), true, false, row.state().toString(), JvmThreads.stack(id, FRAMES));
    }
    return new HangReport.Party(id, name, false, false, "TERMINATED", List.of());
  }

  /** {@code VirtualThread[#22]/runnable@ForkJoinPool-1-worker-1}: what comes after the slash. */
  private static String virtualState(Thread thread) {
    String text = thread.toString();
    int slash = text.lastIndexOf("]/");
    String carrier = slash < 0 ? "" : text.substring(slash + 2);
    return carrier.indexOf('@') < 0
        ? thread.getState() + " (unmounted)"
        : thread.getState() + " (" + carrier + ")";
  }
}
