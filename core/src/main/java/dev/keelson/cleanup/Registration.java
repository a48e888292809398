/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.util.Optional;

/**
 * One action that waits for the end of one owner. It runs at most once, whoever asks for it first:
 * {@link #clean}, the garbage collector, the exit of the JVM, or the close of its realm; and it
 * runs exactly once if one of them does and nobody {@linkplain #detach detaches} it.
 *
 * <p>Keep it in the owner and close it there. It does not keep the owner alive, and once it is over
 * it keeps the state alive no longer.
 *
 * <p><b>Thread safety.</b> Safe for use by multiple threads.
 *
 * <p>Memory consistency effects: what a thread did before it registered the action
 * <i>happens-before</i> the action runs. The call that ran the action has seen it end; a call that
 * found it claimed by somebody else returns at once and has not.
 *
 * @param <S> what the action needs
 */
public interface Registration<S> extends AutoCloseable {

  /**
   * Runs the action on the calling thread, unless it has run, runs, or was detached.
   *
   * <p>What the action throws is thrown here; the action counts as run.
   *
   * @return whether this call ran it
   */
  boolean clean();

  /** As {@link #clean}; says nothing. Idempotent. */
  @Override
  void close();

  /**
   * Gives the action up without running it: what it would have cleaned up is the caller's again.
   *
   * @return the state; empty if the action has run, runs, or was detached
   */
  Optional<S> detach();

  /**
   * The state, as long as the action still waits: empty once it is not {@linkplain #isAlive alive}.
   * Another thread may run the action as soon as this returns.
   */
  Optional<S> peek();

  /** Whether the action still waits. */
  boolean isAlive();

  /**
   * Says whether the action also runs when the JVM exits in an orderly way; at first it does not.
   *
   * <p>At the exit, actions run one after the other on a thread of their own, the latest to be
   * marked first, for at most five seconds in all (system property {@code
   * keelson.cleanup.exitMillis}); what did not run by then is listed on standard error. Where there
   * is no memory for that thread, they run for as long as they take. An action that is marked while
   * the others run is next. Marking what is no longer {@linkplain #isAlive alive} does nothing.
   *
   * @return this
   */
  Registration<S> atExit(boolean run);

  /**
   * Notes that the owner was used here: a leak report of level {@link LeakLevel#ADVANCED} or higher
   * lists the latest of these calls with their stacks. Costs nothing worth mentioning otherwise.
   *
   * @param hint what happened, for the report
   */
  void touch(String hint);
}
