/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import java.util.List;

/**
 * One kind of thing, counted by identity. A new census has a baseline of what is there already.
 *
 * <p>Used by one thread at a time.
 */
public interface Census {

  /** Compares what is there now with the baseline. */
  void inspect(Findings findings);

  /** Takes what is there now as the new baseline. */
  void adopt();

  /**
   * Does what can be done about what the last inspection found, so that nobody is hurt by it, and
   * adopts the rest.
   *
   * @return what was done, in words; empty if nothing but adopting
   */
  default List<String> quarantine() {
    adopt();
    return List.of();
  }
}
