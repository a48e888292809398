/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

/**
 * How a {@link ChildProgram} starts another one. Without any of these the other program is an
 * ordinary background child: it holds none of the starter's streams ({@code /dev/null} instead),
 * shares its session and has its environment.
 *
 * <p>A shell starts background children with SIGINT and SIGQUIT ignored, as POSIX wants it.
 */
public enum Grandchild {
  /** It keeps the starter's stdin. */
  HOLDS_STDIN,
  /** It keeps the starter's stdout: a reader sees no end of file while it lives. */
  HOLDS_STDOUT,
  /** It keeps the starter's stderr. */
  HOLDS_STDERR,
  /** It leads a session and a group of its own: signals to the starter's group miss it. */
  OWN_SESSION,
  /** Its environment is empty: no cookie in it can be found. */
  CLEARED_ENVIRONMENT,
  /** Forked twice: its parent is gone at once and init, or a subreaper, has adopted it. */
  DAEMON
}
