/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.Optional;
import javax.annotation.Nullable;

/** What {@code recover}, {@code reset} or {@code evict} has done to a lock. Immutable. */
public final class ResetOutcome {

  /** What became of the lock. */
  public enum Kind {
    /** Somebody's tenure was ended; no other call returns this for the same tenure. */
    RELEASED,
    /** The lock was free, or another call was just ending the tenure. */
    NOT_HELD,
    /** The owner is alive, and the verb was {@code recover}; nothing was changed. */
    NOT_GONE,
    /** The lock was free and inconsistent, and the {@link Recovery} has repaired it. */
    REPAIRED
  }

  static final ResetOutcome NOT_HELD = new ResetOutcome(Kind.NOT_HELD, null);
  static final ResetOutcome NOT_GONE = new ResetOutcome(Kind.NOT_GONE, null);

  private final Kind kind;
  private final @Nullable LostTenure lost;

  ResetOutcome(Kind kind, @Nullable LostTenure lost) {
    this.kind = kind;
    this.lost = lost;
  }

  /** What became of the lock. */
  public Kind kind() {
    return kind;
  }

  /** Whether this call ended a tenure. */
  public boolean released() {
    return kind == Kind.RELEASED;
  }

  /** The tenure that was ended, or that left the lock inconsistent before it was repaired. */
  public Optional<LostTenure> lost() {
    return Optional.ofNullable(lost);
  }

  @Override
  public String toString() {
    return lost == null ? kind.toString() : Texts.join(kind, " ", lost);
  }
}
