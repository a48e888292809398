/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import javax.annotation.Nullable;

/** The exceptions of a lock: each says which lock, whose it is, its generation, and what to do. */
final class Refusals {

  private Refusals() {}

  static Error tooManyHolds(Tenure sync, Thread me) {
    return new Error(
        Texts.join(
            "Maximum lock count exceeded: thread ",
            quoted(me),
            " has taken ",
            what(sync),
            " ",
            Word.MAX_HOLDS,
            " times; look for a lock() without its unlock() in a loop or recursion"));
  }

  static LockResetException sentAway(Tenure sync, Side side) {
    return new LockResetException(
        Texts.join(
            "everybody who waited for ",
            what(sync),
            " was sent away: ",
            side.evictReason,
            "; lock again if you still need it"));
  }

  static AbandonedLockException abandoned(Tenure sync, Side side) {
    LostTenure lost = side.lastLost();
    return new AbandonedLockException(
        Texts.join(
            what(sync),
            " was left behind, and what it guards was not repaired (",
            lost == null ? "no record" : lost,
            "); call recover(Recovery), or build the lock with AbandonPolicy.HEAL"),
        lost);
  }

  /** What is due to a thread that uses the lock without having it; it is no stray any more. */
  static IllegalMonitorStateException notMine(Tenure sync, String verb, Thread me) {
    long word = sync.word();
    Side side = sync.sideIfAny();
    if (side != null) {
      long id = ThreadIds.of(me);
      LostTenure unwritten = side.takeUnwritten(word, id);
      boolean stray = side.strays.remove(id) != null;
      boolean owed = side.owed.remove(id) != null;
      side.keepers.remove(id);
      LostTenure lost = unwritten == null ? side.lostBy(word, id) : unwritten;
      if (lost != null || stray || owed) {
        return lost(sync, verb, me, lost);
      }
    }
    Thread owner = Word.isFree(word) ? null : sync.ownerOf(word);
    String who =
        owner != null
            ? Texts.join("held by thread ", quoted(owner))
            : Word.isFree(word) ? "free" : "held by another thread";
    return new IllegalMonitorStateException(
        Texts.join(
            verb,
            " by thread ",
            quoted(me),
            ", which does not hold ",
            what(sync),
            "; it is ",
            who,
            "; lock it first, and unlock as often as you have locked"));
  }

  static LockOwnershipLostException lost(
      Tenure sync, String verb, Thread me, @Nullable LostTenure lost) {
    LostTenure known = lost;
    if (known == null) { // so many were ended since then that its record is gone
      long word = Word.of(ThreadIds.of(me), 0, 0);
      known = new LostTenure(sync.name(), me.getName(), word, true, sync.generation(), me, "?");
    }
    return new LockOwnershipLostException(
        Texts.join(
            verb,
            " by thread ",
            quoted(me),
            ", which has lost the lock: ",
            known,
            "; do not trust what it did since then, and lock again to go on"),
        known);
  }

  static IllegalStateException alive(Tenure sync, String verb, long word, @Nullable Thread owner) {
    return new IllegalStateException(
        Texts.join(
            verb,
            " refused: the owner of ",
            what(sync),
            ", thread ",
            owner == null ? "?" : quoted(owner),
            " (id ",
            Word.owner(word),
            "), is alive; wait for",
            " it, or say Force.YES and accept that what the lock guards is seen half done"));
  }

  static IllegalStateException inOwnRecovery(Tenure sync) {
    return new IllegalStateException(
        Texts.join(
            what(sync), " is being recovered by this very thread; return from the Recovery first"));
  }

  static IllegalMonitorStateException unlockInRecovery(Tenure sync) {
    return new IllegalMonitorStateException(
        Texts.join(
            "unlock inside the recovery of ",
            what(sync),
            " without a lock before it; the lock is",
            " freed when the Recovery returns"));
  }

  static IllegalMonitorStateException awaitInRecovery(Tenure sync) {
    return new IllegalMonitorStateException(
        Texts.join(
            "await inside the recovery of ",
            what(sync),
            ": nobody could get in to signal; return",
            " from the Recovery first"));
  }

  private static String what(Tenure sync) {
    return Texts.join(sync.name(), " (generation ", sync.generation(), ")");
  }

  private static String quoted(Thread thread) {
    return Texts.join("\"", thread.getName(), "\"");
  }
}
