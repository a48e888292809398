/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.testkit.Leak;
import dev.keelson.testkit.LeakKind;

/** Where a {@link Census} puts what it sees. */
public interface Findings {

  /** New, and nobody's business but the code under test's. */
  void leak(Leak leak);

  /** New, and no leak. */
  void ignored(LeakKind kind, String name, String reason);

  /** Something cannot be judged at this moment, but will be in the next. */
  void lookAgain();

  /** Something the reader of a report should know about the check itself. */
  void note(String note);
}
