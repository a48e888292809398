/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;

/** The locks and threads of one moment; no lock is taken to see them. */
final class ReportSample {

  /**
   * A lock that threads wait for, whose owner is dead, or that was taken away from somebody.
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

    /** The last tenure that was ended by somebody else. */
    @Nullable
    LostTenure lost() {
      Side side = sync.sideIfAny();
      return side == null ? null : side.lastLost();
    }

    /** Whether threads wait for a signal that a dead owner may have been about to give. */
    boolean mayMissASignal() {
      LostTenure lost = lost();
      return isFree() && lost != null && !lost.ownerAlive() && !conditionWaiters.isEmpty();
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
    Side side = sync.sideIfAny();
    Thread owner = free ? null : sync.ownerOf(word);
    boolean dead = owner != null && !owner.isAlive();
    boolean reset = free && side != null && side.lastLost() != null;
    boolean waitedFor = sync.hasQueuedThreads() || (side != null && side.hasSignalled());
    boolean interesting = waitedFor || dead || reset;
    if (interesting && looked.put(sync, true) == null) {
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
