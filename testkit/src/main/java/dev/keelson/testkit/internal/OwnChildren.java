/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;

/**
 * The children of this JVM, zombies included, at the cost of the few processes that are new.
 *
 * <p>Safe for use by multiple threads.
 */
final class OwnChildren {

  /*
   * The kernel lists the children of each thread in a file of its own, so asking it costs a file a thread, for each
   * scope. But a process that has another parent does not become this JVM's child, and one that had its pid a moment
   * ago has it still: if all were looked at lately, only those with other pids have to be read.
   *
   * Both are almost true. A JVM that is pid 1, or has declared itself a subreaper, adopts processes; and pids are
   * used again once all have been. Therefore the kernel is asked again after a second, in which nobody starts 32,768
   * processes, and pid 1 asks it each time.
   */

  private static final long LATELY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long SELF = ProcessHandle.current().pid();

  /** The last look; an older one that is stored late does no harm, as it says how old it is. */
  private static volatile @Nullable Known last;

  /**
   * Who was there.
   *
   * @param asked {@link System#nanoTime} before the kernel was asked
   * @param pids everybody whose parent is known
   * @param children this JVM's
   */
  private record Known(long asked, Set<Long> pids, Set<Long> children) {}

  private final Set<Long> pids;
  private final Set<Long> children = new HashSet<>();
  private final List<ProcInfo> found = new ArrayList<>();

  /** Whether all lists of the kernel's could be read: without descriptors none can. */
  private boolean complete = true;

  private OwnChildren(Set<Long> pids) {
    this.pids = new HashSet<>(pids);
  }

  /** Those that are children, of the processes with these pids or of all that came since. */
  static List<ProcInfo> among(Set<Long> pids) {
    Known known = last;
    long now = System.nanoTime();
    OwnChildren look = new OwnChildren(pids);
    if (SELF != 1 && known != null && now - known.asked < LATELY_NANOS) {
      look.readNew(known);
      last = new Known(known.asked, look.pids, look.children);
    } else {
      look.askKernel();
      last = look.complete ? new Known(now, look.pids, look.children) : null;
    }
    return look.found;
  }

  private void readNew(Known known) {
    for (long pid : List.copyOf(pids)) {
      if (known.children.contains(pid) || !known.pids.contains(pid)) {
        read(pid);
      }
    }
  }

  private void askKernel() {
    for (long task : ProcFiles.numbers("/proc/self/task")) {
      Optional<String> listed = ProcFiles.read("/proc/self/task/" + task + "/children");
      if (listed.isEmpty() && task == SELF) {
        List.copyOf(pids).forEach(this::read); // a kernel without these lists
        return;
      }
      complete &= listed.isPresent();
      for (String pid : listed.orElse("").trim().split(" ")) {
        if (!pid.isEmpty()) {
          read(Long.parseLong(pid));
        }
      }
    }
  }

  private void read(long pid) {
    Optional<ProcInfo> process = Procs.find(pid);
    if (process.isEmpty()) {
      pids.remove(pid); // it has gone, or could not be read this time
    } else if (process.get().parent() == SELF) {
      children.add(pid);
      found.add(process.get());
    }
  }
}
