/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import org.opentest4j.AssertionFailedError;

/**
 * Something was launched that nobody registered, or a registered command was not launched, or its
 * script found something wrong. An error and no exception, so that no code under test takes it for
 * a failure of the program; what swallows it all the same finds it again in {@link
 * FakeLauncher#verify}.
 */
public final class FakeLaunchError extends AssertionFailedError {

  private static final long serialVersionUID = 1L;

  /** With a message that says everything. */
  public FakeLaunchError(String message) {
    super(message);
  }
}
