/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

/** What a program does on a signal; see {@link SignalRouter#to(SignalAction)}. */
@FunctionalInterface
public interface SignalAction {

  /**
   * A signal came, or several did since the last call. Runs on the route's executor, one call at a
   * time for each name, and two names may run at once; never on the thread on which the JVM
   * delivers.
   *
   * @param name the signal's, without SIG; of two names the one that {@link SignalRouter#on} says
   * @param count how many of that name have come to this route so far
   * @throws Exception to say that it was not handled; logged, and no other route is concerned
   */
  void signalled(String name, long count) throws Exception;
}
