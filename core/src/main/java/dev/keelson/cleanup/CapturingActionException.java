/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

/**
 * A registration was refused because its action or its state would keep the owner reachable, so
 * that the action could never run.
 */
public final class CapturingActionException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String field;
  private final String type;

  CapturingActionException(String message, String field, String type) {
    super(message);
    this.field = field;
    this.type = type;
  }

  /**
   * The field that captures, such as {@code arg$1} of a lambda or {@code this$0} of an inner class;
   * for a state the way from it to the owner, such as {@code [3]} or {@code .next.owner}; empty
   * where the state, or an unchecked action, is the owner itself.
   */
  public String field() {
    return field;
  }

  /** The name of that field's declared type. */
  public String type() {
    return type;
  }
}
