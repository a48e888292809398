/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

/** Ends a thread whose schedule is over before it is: an error, so that code lets it pass. */
final class Abandoned extends Error {

  private static final long serialVersionUID = 1;

  Abandoned() {
    super("the schedule is over: this thread is of no further use", null, false, false);
  }
}
