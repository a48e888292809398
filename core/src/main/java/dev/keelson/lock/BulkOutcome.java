/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.List;

/**
 * What became of many locks at once. Immutable.
 *
 * @param released the tenures that were ended
 * @param refused the locks whose owner is alive, and that were left to it, with the reason
 */
public record BulkOutcome(List<LostTenure> released, List<String> refused) {

  public BulkOutcome {
    released = List.copyOf(released);
    refused = List.copyOf(refused);
  }
}
