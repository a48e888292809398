/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

/** How a crossing ended. */
public enum BoundaryOutcome {
  /** The action ran and returned. */
  CROSSED,
  /** The action ran and threw. */
  FAILED,
  /** A hook refused, or somebody did not become quiet in time; the action did not run. */
  ABORTED,
  /** Hooks took longer than they may; the action did not run. */
  OVERRUN
}
