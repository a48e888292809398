/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.testkit.Leak;
import dev.keelson.testkit.LeakKind;
import java.util.List;
import java.util.Set;

/**
 * One kind of thing, counted by identity. A new census has a baseline of what is there already.
 *
 * <p>Used by one thread at a time.
 */
public interface Census {

  /** What it can find. */
  Set<LeakKind> kinds();

  /** Compares what is there now with the baseline. */
  void inspect(Findings findings);

  /** Takes what is there now as the new baseline. */
  void adopt();

  /**
   * Does what can be done about what is blamed, so that nobody is hurt by it, and adopts the rest.
   *
   * @param asked what is adopted: other kinds have to be found later
   * @param blamed what the last inspection found and nobody ignores, of all kinds
   * @return what was done, in words; empty if nothing but adopting
   */
  default List<String> quarantine(Set<LeakKind> asked, List<Leak> blamed) {
    adopt();
    return List.of();
  }
}
