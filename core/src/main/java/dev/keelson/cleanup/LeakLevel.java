/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * How closely a realm follows its registrations, to say where those were made that nobody closed.
 *
 * <p>A leak is an action that the garbage collector had to run. The default for new realms is
 * {@link #SIMPLE}, or what the system property {@code keelson.leaks} says when Keelson first looks.
 */
public enum LeakLevel {
  /** Nothing is followed; every action still runs. */
  OFF,

  /**
   * One registration in 128, by chance, and at most some 500 a second and thread: where it was
   * made, and by whom. What it costs is bounded by that.
   */
  SIMPLE,

  /** As many as {@link #SIMPLE}, with their latest {@linkplain Registration#touch uses}. */
  ADVANCED,

  /**
   * Every registration, with its latest uses; and what a state holds is searched for the owner up
   * to 1,000 objects deep, and not only directly. For tests.
   */
  PARANOID;

  private static final int NONE = 0;
  private static final int SAMPLED = 128;

  /** Of {@link #oneIn}: every one. */
  static final int ALL = 1;

  static LeakLevel standard() {
    return Standard.LEVEL;
  }

  /** Looked for with the first realm, not with the first class. */
  private static final class Standard {
    static final LeakLevel LEVEL = parse(System.getProperty("keelson.leaks", SIMPLE.name()));
  }

  static LeakLevel parse(String name) {
    requireNonNull(name, "name");
    for (LeakLevel level : values()) {
      if (level.name().equals(name.strip().toUpperCase(Locale.ROOT))) {
        return level;
      }
    }
    System.getLogger(LeakLevel.class.getPackageName())
        .log(
            System.Logger.Level.WARNING,
            "keelson.leaks is \"{0}\"; it must be off, simple, advanced or paranoid, and is taken"
                + " for simple",
            name);
    return SIMPLE;
  }

  /** Of how many registrations one is followed; zero if none is. */
  int oneIn() {
    return switch (this) {
      case OFF -> NONE;
      case SIMPLE, ADVANCED -> SAMPLED;
      case PARANOID -> ALL;
    };
  }

  boolean recordsUses() {
    return this == ADVANCED || this == PARANOID;
  }
}
