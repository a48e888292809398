/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

/** A step of a launch or of a teardown at which an engine can be told to fail. */
enum Fault {
  NONE,
  SPAWN_REFUSED,
  SPAWN_THROWS_UNCHECKED,
  LINK,
  LINK_SHORT_FOR_A_MOMENT,
  DRAIN_AT_ONCE,
  DRAIN_IN_THE_MIDDLE,
  FIRST_READ,
  SECOND_READ,
  READ_THROWS_UNCHECKED,
  FIRST_OFFER,
  WRITE,
  SIGNAL,
  ON_EXIT,
  END_TREE_THROWS,
  END_TREE_FAILS_WITH_AN_ERROR
}
