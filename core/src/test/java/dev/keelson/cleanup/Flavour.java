/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.lang.ref.Cleaner;

/** The two kinds of realm: what holds for one holds for the other. */
enum Flavour {
  OWN {
    @Override
    CleanupRealm.Builder builder() {
      return CleanupRealm.builder().name("test").leakLevel(LeakLevel.OFF);
    }
  },
  OVER_CLEANER {
    @Override
    CleanupRealm.Builder builder() {
      return OWN.builder().cleaner(CLEANER);
    }
  };

  private static final Cleaner CLEANER = Cleaner.create();

  abstract CleanupRealm.Builder builder();

  CleanupRealm realm() {
    return builder().build();
  }
}
