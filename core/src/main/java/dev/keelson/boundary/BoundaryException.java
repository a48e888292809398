/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

import java.util.List;
import javax.annotation.Nullable;

/**
 * A boundary was not crossed, or hooks failed at it. What went wrong in each hook is among the
 * suppressed exceptions.
 */
public final class BoundaryException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final BoundaryOutcome outcome;
  private final transient @Nullable Object result;

  BoundaryException(String message, BoundaryOutcome outcome, @Nullable Object result) {
    super(message);
    this.outcome = outcome;
    this.result = result;
  }

  /** How the crossing ended. */
  public BoundaryOutcome outcome() {
    return outcome;
  }

  /**
   * What the action has returned, so that a child that was started can still be ended although a
   * hook failed after it; null if the action returned null, did not run or threw.
   */
  public @Nullable Object result() {
    return result;
  }

  /** What the hooks threw, in the order in which they did. */
  public List<Throwable> failures() {
    return List.of(getSuppressed());
  }
}
