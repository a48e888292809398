/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

/**
 * How far a trait is kept.
 *
 * @param level how far
 * @param reason why not fully, or by what means; one sentence
 */
public record TraitSupport(Level level, String reason) {

  /** How far a trait is kept. */
  public enum Level {
    /** As documented. */
    KEPT,
    /** Mostly, with the exception that the reason names. */
    WEAKER,
    /** Not at all. */
    ABSENT
  }

  /** Kept, and how. */
  public static TraitSupport kept(String how) {
    return new TraitSupport(Level.KEPT, how);
  }

  /** Kept with an exception. */
  public static TraitSupport weaker(String why) {
    return new TraitSupport(Level.WEAKER, why);
  }

  /** Not kept. */
  public static TraitSupport absent(String why) {
    return new TraitSupport(Level.ABSENT, why);
  }
}
