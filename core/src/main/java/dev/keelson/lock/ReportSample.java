/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;

/** The locks and threads of one moment; no lock is taken to see them. */
final class ReportSample {

  /**
   * A lock that threads wait for, or whose owner is dead.
   *
   * @param waits the queue, the first one first
   */
  record Seen(
      Sync sync,
      String name,
      long word,
      @Nullable Thread owner,
      List<Wait> waits,
      List<Thread> conditionWaiters,
      @Nullable AcquisitionSite site) {

    boolean isFree() {
      return Word.isFree(word);
    }

    boolean isAbandoned() {
      return owner != null && !owner.isAlive();
    }
  }

  final long nanos = System.nanoTime();
  final Map<Sync, Seen> locks = new HashMap<>();
  final Map<Long, JvmThreads.Row> rows;
  int known;
  int held;

  private ReportSample() {
    rows = JvmThreads.sample();
  }

  static ReportSample of(LockRegistry registry) {
    ReportSample sample = new ReportSample();
    Map<Sync, Boolean> looked = new HashMap<>();
    registry.known.table.forEach(
        entry -> {
          Sync sync = entry.sync();
          if (sync != null) {
            sample.known++;
            sample.look(sync, entry, looked);
          }
        });
    for (Sync sync : Watchdog.contended()) {
      sample.look(sync, null, looked);
    }
    return sample;
  }

  private void look(Sync sync, @Nullable LockEntry entry, Map<Sync, Boolean> looked) {
    long word = sync.word();
    boolean free = Word.isFree(word);
    if (!free && entry != null) {
      held++;
    }
    boolean waited = sync.hasQueuedThreads();
    if (free && !waited) {
      return;
    }
    Thread owner = free ? null : sync.ownerOf(word);
    if (!waited && (owner == null || owner.isAlive())) {
      return;
    }
    if (looked.put(sync, true) == null) {
      Side side = sync.sideIfAny();
      locks.put(
          sync,
          new Seen(
              sync,
              KnownLocks.nameOf(sync, entry),
              word,
              owner,
              sync.waiters(),
              side == null ? List.of() : side.conditionWaiters(),
              site(sync, side)));
    }
  }

  private static @Nullable AcquisitionSite site(Sync sync, @Nullable Side side) {
    if (sync.watch() instanceof LockObserver observer && observer.site() != null) {
      return observer.site();
    }
    return side == null ? null : side.site;
  }
}
