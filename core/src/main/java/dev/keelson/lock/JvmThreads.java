/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;

/**
 * What the JVM itself tells of its platform threads: which monitor or synchronizer each waits for,
 * and who owns that. It tells nothing of virtual threads.
 *
 * <p>One look at all threads without their stacks, and no walk of the heap for owned synchronizers:
 * that would stop the program for as long as a full collection.
 */
final class JvmThreads {

  /**
   * One thread.
   *
   * @param waitsFor the class and identity of what it waits for; null if nothing
   * @param owner the id of the thread that owns that, or -1
   * @param carries the virtual thread that it runs, as people call it; null if none is known
   */
  record Row(
      long id,
      String name,
      Thread.State state,
      @Nullable String waitsFor,
      long owner,
      String ownerName,
      boolean monitor,
      @Nullable String carries) {}

  /** A JDK that tells which virtual thread a carrier runs tells it as if the carrier waited. */
  private static final String MOUNTED = "java.lang.VirtualThread";

  private JvmThreads() {}

  /** By id; empty where the module java.management is not there. */
  static Map<Long, Row> sample() {
    Map<Long, Row> rows = new HashMap<>();
    try {
      for (ThreadInfo info : ManagementFactory.getThreadMXBean().dumpAllThreads(false, false, 0)) {
        if (info != null) {
          rows.put(info.getThreadId(), row(info));
        }
      }
    } catch (LinkageError | SecurityException e) {
      return Map.of(); // no such module, or not allowed to look
    }
    return rows;
  }

  private static Row row(ThreadInfo info) {
    LockInfo lock = info.getLockInfo();
    boolean carries = lock != null && lock.getClassName().equals(MOUNTED);
    return new Row(
        info.getThreadId(),
        info.getThreadName(),
        info.getThreadState(),
        lock == null || carries ? null : lock.toString(),
        carries ? -1 : info.getLockOwnerId(),
        String.valueOf(info.getLockOwnerName()),
        info.getThreadState() == Thread.State.BLOCKED,
        carries
            ? '"' + info.getLockOwnerName() + "\" (virtual #" + info.getLockOwnerId() + ")"
            : null);
  }

  /** The topmost frames of a platform thread. */
  static List<String> stack(long id, int most) {
    ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(id, most);
    return info == null ? List.of() : ReportFrames.of(info.getStackTrace(), most);
  }
}
