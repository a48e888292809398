/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import javax.annotation.Nullable;

/** What a registry adds to one of its locks: the check of its order, and the place it was taken. */
final class LockObserver extends LockWatch {

  /** Of so many acquisitions one is remembered with its place. */
  private static final int SAMPLE = 64;

  final LockClass kind;

  /** Its number among the locks of a ranked class. */
  final int rank;

  private final @Nullable OrderChecker order;

  /** Whether every acquisition is looked at; if so, whether every one is remembered. */
  private final boolean records;

  private final boolean recordsAll;

  /**
   * Acquisitions until the next one that is remembered; written by owners only, and only a hint.
   */
  private int skip;

  /** Where the present owner took the lock, where that is known. */
  private volatile @Nullable AcquisitionSite site;

  /** Set before the lock is published. */
  private @Nullable CheckedSync sync;

  LockObserver(LockClass kind, int rank, @Nullable OrderChecker order, SiteRecording recording) {
    this.kind = kind;
    this.rank = rank;
    this.order = order;
    this.recordsAll = recording == SiteRecording.ALL;
    this.records = recordsAll || recording == SiteRecording.SAMPLED;
  }

  void observe(Sync observed) {
    sync = observed instanceof CheckedSync checked ? checked : null;
  }

  boolean isHeldBy(long thread) {
    return sync != null && Word.owner(sync.word()) == thread;
  }

  @Nullable
  AcquisitionSite site() {
    return site;
  }

  @Override
  void acquiring(boolean mayBlock) {
    if (order != null) {
      order.acquiring(this, mayBlock);
    }
  }

  @Override
  void notAcquired() {
    if (order != null) {
      order.dropped(this);
    }
  }

  @Override
  void acquired(boolean waited) {
    if (records) {
      record(waited);
    } else if (order != null && sync != null) {
      Position here = order.waitedFor(this);
      if (here != null) {
        sync.remember(here);
      }
    }
  }

  private void record(boolean waited) {
    if (waited) {
      skip = -SAMPLE; // so many are remembered from now on
    }
    if (recordsAll || skip <= 0) {
      site = AcquisitionSite.orNull();
      skip = skip < 0 ? skip + 1 : SAMPLE;
    } else {
      skip--;
    }
  }

  @Override
  void releasing() {
    if (records) {
      site = null; // a stale owner may blank the site of a later one: it is for people only
    }
    if (order != null) {
      order.dropped(this);
    }
  }

  @Override
  void awaiting() {
    if (order != null) {
      order.awaiting(this);
    }
  }

  @Override
  void resetBy() {
    site = null;
    if (order != null) {
      order.lost();
    }
  }
}
