/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import java.util.EnumSet;
import java.util.Set;

/** What a {@link LeakScope} holds responsible for what it finds. */
public enum LeakMode {
  /**
   * Everything that is new in the whole JVM, whoever made it and with whatever library. Blames the
   * wrong test while others run in parallel.
   */
  CENSUS,
  /**
   * What Keelson created for the thread that opened the scope, and for threads that it has started
   * since: exact, whatever else runs in parallel. Not so where JUnit's fork-join pool starts a test
   * on a thread that waits in another (its issue 3108): what that creates counts for both. Sees
   * nothing that was created without Keelson, and nothing that was created on a thread that was
   * there before, such as a pool's, or on a worker of a {@link java.util.concurrent.ForkJoinPool}.
   * Nor does it see what Keelson starts on its own workers: {@code runAsync} of a pipeline, or of a
   * launcher with a limit. Of locks it sees those that the thread which opened the scope holds
   * itself. Sees no threads: the JVM tells nobody which thread has started another.
   */
  TOKEN;

  /** Keelson's own threads, of which it would know, work for everybody. */
  void checkSees(Set<LeakKind> kinds) {
    if (this == TOKEN && kinds.equals(EnumSet.of(LeakKind.THREAD))) {
      throw new IllegalArgumentException(
          "a scope in LeakMode.TOKEN sees no threads and would never find one; use CENSUS");
    }
  }
}
