/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import javax.annotation.Nullable;

/**
 * One step of a child program: a piece of shell script that works in any place.
 *
 * @param text what to run
 * @param last what to run instead where nothing follows and no handler must be served: the same,
 *     but by {@code exec}, so that the program stays one process; null for {@code text}
 * @param kind what the whole program must know of the step
 * @param output how many bytes it writes, at least
 */
public record Step(String text, @Nullable String last, Kind kind, long output) {

  /** What the whole program must know of a step. */
  public enum Kind {
    /** Ends by itself. */
    PLAIN,
    /** May block on a pipe for as long as the other side likes. */
    BLOCKING,
    /** Installs a handler: the shell must stay to serve it. */
    HANDLER,
    /** Shows the environment: it must arrive as the starter passed it. */
    ENVIRONMENT,
    /** Nothing after it is reached. */
    END
  }

  static Step of(String text) {
    return new Step(text, null, Kind.PLAIN, 0);
  }

  static Step of(Kind kind, String text) {
    return new Step(text, null, kind, 0);
  }
}
