/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

/** What this package has to log: only what nobody can be thrown. */
final class Complaints {

  private Complaints() {}

  /** So that the class is there. */
  static void load() {}

  /** An {@code onAbandoned} threw; the lock is held, and stays inconsistent. */
  static void aboutCallback(String lock, Throwable thrown) {
    try {
      System.getLogger("dev.keelson.lock")
          .log(
              System.Logger.Level.WARNING,
              Texts.join("onAbandoned of ", lock, " threw; the lock was acquired all the same"),
              thrown);
    } catch (RuntimeException | Error e) {
      // A log that does not work must not keep a lock locked.
    }
  }
}
