/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

/**
 * What becomes of the handler that a signal had before a route was opened. For {@code TERM}, {@code
 * INT} and {@code HUP} that is, as a rule, the JVM's own, which runs the shutdown hooks and exits
 * with 128 and the signal's number. A disposition of the system's (default, ignored) cannot be
 * called and is left out.
 */
public enum Chain {
  /** It is not called while a route is open. */
  NONE,

  /** It is called first. The JVM's own ends the JVM: use another one with it. */
  BEFORE,

  /**
   * It is called when the route is done with the signal: when its action has returned, when its
   * waker was woken, or, where the route has a budget, when {@link SignalRoute#done} was called or
   * the budget is used up; once for all signals that came until then.
   */
  AFTER,

  /** It is called if the route can do nothing: its waker is closed, or its action threw. */
  ONLY_IF_UNHANDLED
}
