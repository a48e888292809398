/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import dev.keelson.cleanup.CleanupRealm;
import dev.keelson.cleanup.LeakLabel;
import dev.keelson.cleanup.LeakLevel;
import dev.keelson.cleanup.LeakReport;
import dev.keelson.cleanup.Registration;
import dev.keelson.internal.threads.Daemons;
import java.util.concurrent.atomic.AtomicReference;
import javax.annotation.Nullable;

/**
 * Reports children whose handle was collected, unclosed, while their process runs. Nothing is ended
 * for having been forgotten: it may be a daemon.
 *
 * <p>By the leak level of the whole JVM: OFF follows no child, every other level all of them, as a
 * start costs a thousand times what that does.
 */
final class ForgottenChildren {

  private ForgottenChildren() {}

  /** Made for the first child that is started, not for a command that is run. */
  private static final AtomicReference<CleanupRealm> REALM = new AtomicReference<>();

  private static CleanupRealm realm() {
    CleanupRealm known = REALM.get();
    if (known == null) {
      CleanupRealm made =
          CleanupRealm.builder()
              .name("children")
              .leakLevel(LeakLevel.PARANOID)
              .leakListener(ForgottenChildren::tell)
              .build();
      known = REALM.compareAndSet(null, made) ? made : requireNonNull(REALM.get());
    }
    return known;
  }

  private static void tell(LeakReport report) {
    Daemons.complain(
        ForgottenChildren.class,
        "a Child was dropped without close() while its process runs, and the process goes on: "
            + report,
        null);
  }

  /** What is known of a child whose handle is gone. */
  private record Forgotten(Execution execution) implements Runnable, LeakLabel {
    @Override
    public String leakLabel() {
      return "pid " + execution.process().pid() + ", " + execution.command();
    }

    /** Nothing is to be cleaned up. */
    @Override
    public void run() {}
  }

  /** Follows a handle until it is closed or its process ends; null where nobody wants to know. */
  static @Nullable Registration<?> follow(Child handle, Execution execution) {
    try {
      if (execution.command().settings().detached
          || CleanupRealm.shared().leakLevel() == LeakLevel.OFF) {
        return null;
      }
      // An execution does not know its handle; to search it each time would take long.
      Registration<?> registration = realm().registerUnchecked(handle, new Forgotten(execution));
      execution.whenExited(registration::detach);
      return registration;
    } catch (OutOfMemoryError e) {
      return null; // no thread for that: the child is worth more than its report
    }
  }
}
