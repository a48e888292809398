/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

/**
 * The three streams of a fake process, and of those it forks.
 *
 * @param merged whether errors go where output goes
 */
record Streams(Channel in, Channel out, Channel err, boolean merged) {

  static Streams nowhere() {
    return new Streams(
        FileChannels.nothing(), FileChannels.nothing(), FileChannels.nothing(), false);
  }

  /** One more process has them. */
  void hold() {
    in.addReader();
    out.addWriter();
    err.addWriter();
  }

  /** One of the processes has ended. */
  void release() {
    in.removeReader();
    out.removeWriter();
    err.removeWriter();
  }
}
