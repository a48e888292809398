/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a launcher promises on this system, guarantee by guarantee. Immutable. */
public final class Capabilities {

  /** How far a guarantee is kept. */
  public enum Level {
    /** As documented. */
    KEPT,
    /** Mostly, with the exception that the reason names. */
    WEAKER,
    /** Not at all. */
    ABSENT
  }

  /**
   * One row of the table.
   *
   * @param level how far the guarantee is kept
   * @param reason why not fully, or by what means
   */
  public record Support(Level level, String reason) {}

  private final String engine;
  private final Map<Guarantee, Support> rows;

  private Capabilities(String engine, Map<Guarantee, Support> rows) {
    this.engine = engine;
    this.rows = new EnumMap<>(rows);
  }

  /**
   * A table, for a launcher of your own such as a fake. A guarantee that is not in {@code rows} is
   * {@link Level#ABSENT}.
   *
   * @param engine what starts the processes
   */
  public static Capabilities of(String engine, Map<Guarantee, Support> rows) {
    Map<Guarantee, Support> all = new EnumMap<>(Guarantee.class);
    for (Guarantee guarantee : Guarantee.values()) {
      all.put(guarantee, rows.getOrDefault(guarantee, new Support(Level.ABSENT, "not provided")));
    }
    return new Capabilities(requireNonNull(engine, "engine"), all);
  }

  /**
   * The name of the engine: {@code portable}, {@code linux}, {@code portable+pidfd} where a system
   * allows no more of the latter than signals, or that of a fake.
   */
  public String engine() {
    return engine;
  }

  /** How far that guarantee is kept, and why. */
  public Support of(Guarantee guarantee) {
    return requireNonNull(rows.get(requireNonNull(guarantee, "guarantee")));
  }

  /** All rows, in the order of {@link Guarantee}; a copy. */
  public Map<Guarantee, Support> all() {
    return new EnumMap<>(rows);
  }

  /** A plain table, one guarantee a line. */
  @Override
  public String toString() {
    return rows.entrySet().stream()
        .map(
            row ->
                String.format(
                    Locale.ROOT,
                    "%-20s %-6s %s",
                    row.getKey(),
                    row.getValue().level(),
                    row.getValue().reason()))
        .collect(Collectors.joining("\n", "engine " + engine + "\n", ""));
  }
}
