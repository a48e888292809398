/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.time.Duration;

/**
 * One thread's possession of a lock that was ended by something other than its own last {@code
 * unlock}. Immutable and safe for use by multiple threads; it keeps no thread alive.
 */
public final class LostTenure {

  private final String lock;
  private final String ownerName;
  private final long owner;
  private final boolean ownerAlive;
  private final int holds;
  private final int generation;
  private final String endedBy;
  private final String reason;
  private final long at = System.nanoTime();

  LostTenure(
      String lock,
      String ownerName,
      long word,
      boolean ownerAlive,
      int generation,
      Thread endedBy,
      String reason) {
    this.lock = lock;
    this.ownerName = ownerName;
    this.owner = Word.owner(word);
    this.ownerAlive = ownerAlive;
    this.holds = Word.holds(word);
    this.generation = generation;
    this.endedBy = endedBy.getName();
    this.reason = reason;
  }

  private LostTenure(LostTenure other, int generation) {
    lock = other.lock;
    ownerName = other.ownerName;
    owner = other.owner;
    ownerAlive = other.ownerAlive;
    holds = other.holds;
    this.generation = generation;
    endedBy = other.endedBy;
    reason = other.reason;
  }

  /** The same of another generation. */
  LostTenure numbered(int number) {
    return new LostTenure(this, number);
  }

  /** The lock's name. */
  public String lock() {
    return lock;
  }

  /** The name of the thread that had the lock; {@code "?"} if it could not be found any more. */
  public String ownerName() {
    return ownerName;
  }

  /**
   * The id of the thread that had the lock: {@link Thread#getId()}, or a number of Keelson's where
   * the thread's class overrides that method.
   */
  public long ownerId() {
    return owner;
  }

  /** Whether that thread was alive, so that it lost the lock by force or by its own reset. */
  public boolean ownerAlive() {
    return ownerAlive;
  }

  /** How many unlocks it still owed. */
  public int holds() {
    return holds;
  }

  /** The lock's generation from then on: how many tenures have been ended so, this one included. */
  public int generation() {
    return generation;
  }

  /** The name of the thread that ended it. */
  public String endedBy() {
    return endedBy;
  }

  /** Why, in the words of whoever ended it. */
  public String reason() {
    return reason;
  }

  /** How long ago that was. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - at);
  }

  @Override
  public String toString() {
    return Texts.join(
        "generation ",
        generation,
        " of ",
        lock,
        ": taken from ",
        owner(),
        " by \"",
        endedBy,
        "\" ",
        age().toMillis(),
        " ms ago: ",
        reason);
  }

  String owner() {
    return Texts.join(
        ownerAlive ? "" : "dead ",
        "thread \"",
        ownerName,
        "\" (id ",
        owner,
        ", ",
        holds,
        holds == 1 ? " hold)" : " holds)");
  }
}
