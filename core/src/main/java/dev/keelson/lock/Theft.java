/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import dev.keelson.internal.threads.StackRoom;
import javax.annotation.Nullable;

/**
 * Ends tenures: recover, reset and evict. The point at which it happens is {@link Sync#steal}; from
 * there until the lock is freed the calling thread, the thief, has it, and nobody gets in between.
 */
final class Theft {

  static final String DEAD = "its owner is dead";

  private Theft() {}

  static ResetOutcome recover(Tenure sync, @Nullable Recovery recovery) {
    StackRoom.ensure();
    while (true) {
      long word = sync.word();
      ResetOutcome outcome = null;
      if (Word.isFree(word)) {
        outcome = repairFree(sync, word, recovery);
      } else if (!sync.isOwnerGone(word)) {
        outcome = ResetOutcome.NOT_GONE;
      } else {
        outcome = ended(end(sync, word, sync.ownerOf(word), DEAD, recovery));
      }
      if (outcome != null) {
        return outcome;
      }
    }
  }

  static ResetOutcome reset(
      Tenure sync, @Nullable Force force, String reason, @Nullable Recovery recovery) {
    StackRoom.ensure();
    while (true) {
      long word = sync.word();
      ResetOutcome outcome;
      if (Word.isFree(word)) {
        outcome = repairFree(sync, word, recovery);
      } else {
        Thread owner = sync.ownerOf(word);
        boolean alive = owner == null || owner.isAlive();
        boolean mine = Word.owner(word) == ThreadIds.of(Thread.currentThread());
        if (alive && Word.isReset(word)) {
          return underWay(sync, mine);
        }
        if (alive && !mine && force == null) {
          if (sync.word() == word) {
            throw Refusals.alive(sync, "reset", word, owner);
          }
          outcome = null;
        } else {
          outcome = ended(end(sync, word, owner, reason, recovery));
        }
      }
      if (outcome != null) {
        return outcome;
      }
    }
  }

  static ResetOutcome evict(Tenure sync, @Nullable Force force, String reason) {
    StackRoom.ensure();
    Side side = sync.side();
    refuseToEvict(sync, force);
    side.evictAll(reason);
    ResetOutcome outcome;
    try {
      outcome = reset(sync, force, reason, null);
    } catch (IllegalStateException e) {
      outcome = ResetOutcome.NOT_HELD; // a new owner has come, after those who were sent away
    }
    sync.wakeFirst();
    return outcome;
  }

  private static void refuseToEvict(Tenure sync, @Nullable Force force) {
    long word = sync.word();
    if (Word.isFree(word)) {
      return;
    }
    Thread owner = sync.ownerOf(word);
    boolean mine = Word.owner(word) == ThreadIds.of(Thread.currentThread());
    if (Word.isReset(word)) {
      if (mine) {
        throw Refusals.inOwnRecovery(sync);
      }
    } else if (force == null && !mine && (owner == null || owner.isAlive())) {
      if (sync.word() == word) {
        throw Refusals.alive(sync, "evict", word, owner);
      }
    }
  }

  /** A live thief is at it: the tenure that was there has been ended already. */
  private static ResetOutcome underWay(Tenure sync, boolean mine) {
    if (mine) {
      throw Refusals.inOwnRecovery(sync);
    }
    return ResetOutcome.NOT_HELD;
  }

  private static @Nullable ResetOutcome ended(@Nullable LostTenure lost) {
    return lost == null ? null : new ResetOutcome(ResetOutcome.Kind.RELEASED, lost);
  }

  /** A free lock may be inconsistent, and there may be somebody to repair it. Null: look again. */
  private static @Nullable ResetOutcome repairFree(
      Tenure sync, long free, @Nullable Recovery recovery) {
    Side side = sync.sideIfAny();
    if (recovery == null || side == null || !side.inconsistent) {
      return ResetOutcome.NOT_HELD;
    }
    LostTenure lost = side.lastLost();
    if (lost == null) {
      return ResetOutcome.NOT_HELD;
    }
    Thread me = Thread.currentThread();
    side.keepers.put(ThreadIds.of(me), me);
    if (!sync.steal(free, me)) {
      side.keepers.remove(ThreadIds.of(me));
      return null;
    }
    side.takePending();
    repair(sync, side, recovery, lost);
    return new ResetOutcome(ResetOutcome.Kind.REPAIRED, lost);
  }

  /**
   * Ends the tenure that {@code word} is; null if that is no longer the word. All that can fail is
   * done before the theft.
   */
  static @Nullable LostTenure end(
      Tenure sync, long word, @Nullable Thread owner, String reason, @Nullable Recovery recovery) {
    StackRoom.ensure();
    Side side = sync.side();
    Thread me = Thread.currentThread();
    Long id = ThreadIds.of(me);
    boolean alive = owner == null || owner.isAlive();
    String ownerName = owner == null ? "?" : owner.getName();
    LostTenure planned =
        new LostTenure(sync.name(), ownerName, word, alive, side.generation() + 1, me, reason);
    LostTenure[] history = side.longer();
    LockWatch watch = sync.watch();
    if (alive) {
      side.expectStray();
    }
    side.keepers.put(id, me);
    side.steals(id, planned);
    if (!sync.steal(word, me)) {
      side.stoleNothing(id);
      side.keepers.remove(id);
      return null; // unlocked, or taken by somebody else, since the word was read
    }
    LostTenure lost = planned;
    try {
      lost = side.ended(planned, history);
      if (!alive) {
        side.keepsNoMore(lost.ownerId());
      }
      if (!alive && recovery == null) {
        side.inconsistent = true;
        sync.tellNext(side, lost);
      }
      if (watch != null) {
        watch.resetBy();
      }
      // One that cannot be found stands right in lock or unlock; it counts while the thief lives.
      Thread stray = owner == null ? me : owner;
      side.written(id, alive && lost.ownerId() != id ? stray : null);
      if (recovery != null) {
        side.inconsistent = true;
        recovery.repair(lost);
        side.inconsistent = false;
      }
    } finally {
      sync.freeAfterTheft(); // also without the memory to write everything down
    }
    Flight.ended(lost, sync.config.policy);
    return lost;
  }

  private static void repair(Tenure sync, Side side, Recovery recovery, LostTenure lost) {
    side.inconsistent = true;
    try {
      recovery.repair(lost);
      side.inconsistent = false;
    } finally {
      sync.freeAfterTheft();
    }
  }
}
