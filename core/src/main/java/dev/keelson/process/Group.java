/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

/**
 * Which session and process group a child belongs to; it decides what the terminal's Ctrl-C
 * reaches.
 *
 * <p><b>Limitations.</b> The portable engine cannot start a session: everything is {@link #INHERIT}
 * there ({@link Guarantee#OWN_SESSION}).
 */
public enum Group {
  /**
   * A session of its own, unless the child's stdin is inherited: then it shares the terminal, so
   * that a prompt works. The default.
   */
  AUTO,
  /**
   * A session of its own: no terminal, so that a prompt fails at once instead of stopping the
   * child.
   */
  SESSION,
  /** This process's own group: Ctrl-C reaches the child too. */
  INHERIT
}
