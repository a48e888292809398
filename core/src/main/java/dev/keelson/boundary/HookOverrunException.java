/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

/**
 * A hook took longer than it may. Its stack trace is that of the hook at the moment its budget was
 * spent: what it was doing then.
 */
public final class HookOverrunException extends RuntimeException {

  private static final long serialVersionUID = 1;

  HookOverrunException(String message, StackTraceElement[] live) {
    super(message, null, true, true);
    setStackTrace(live);
  }

  /** The stack is given, so none is looked for. */
  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
