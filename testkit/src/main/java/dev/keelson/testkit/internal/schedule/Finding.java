/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

import java.util.List;
import javax.annotation.Nullable;

/**
 * Why a schedule failed.
 *
 * @param kind what kind of failure it is
 * @param verdict the same in words
 * @param details more lines, for people
 * @param cause what was thrown, if something was
 */
record Finding(Kind kind, String verdict, List<String> details, @Nullable Throwable cause) {

  enum Kind {
    /** A thread threw something. */
    THREAD_FAILED,
    /** What was to hold afterwards did not. */
    CHECK_FAILED,
    /** All wait, and nobody is left to wake them. */
    DEADLOCK,
    /** It takes too many steps, though everybody got its turn. */
    ENDLESS,
    /** A thread reaches no point any more. */
    STUCK,
    /** A replay could not go on as the token wants. */
    DIVERGED
  }

  Finding(Kind kind, String verdict) {
    this(kind, verdict, List.of(), null);
  }
}
