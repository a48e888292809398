/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.io.IOException;

/**
 * Our own end of a pipe does not work any more: what the child did or did not do has nothing to do
 * with it, so that whoever feeds it must not take this for an input that is not wanted.
 */
public final class BrokenEndException extends IOException {

  private static final long serialVersionUID = 1L;

  /** With the system's words. */
  public BrokenEndException(String message) {
    super(message);
  }
}
