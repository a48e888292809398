/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.Signals;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.TreeReport;
import dev.keelson.internal.spawn.engines.Engines;
import dev.keelson.internal.threads.Daemons;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gets ready for the first deadline of this JVM while its command runs. What follows a deadline is
 * code that no launch has needed before: loading and linking it takes 50 ms of processor time,
 * which is most of what the answer may take. So it is gone through once, on paper, on a worker.
 */
final class FirstDeadline {

  private static final AtomicBoolean PREPARED = new AtomicBoolean();

  /** Opened when it has been gone through. */
  static final CountDownLatch READY = new CountDownLatch(1);

  private FirstDeadline() {}

  /** Called for each command with a deadline once it runs; the engines of tests do without. */
  static void prepare(SpawnEngine engine) {
    if (PREPARED.get() || !Engines.isShared(engine) || PREPARED.getAndSet(true)) {
      return;
    }
    try {
      Daemons.workers().execute(() -> rehearse(engine));
    } catch (OutOfMemoryError noThreadCanBeHad) {
      // then the first deadline takes longer
    }
  }

  private static void rehearse(SpawnEngine engine) {
    try {
      CommandException unused = outcome().exception();
      engine.rehearse();
    } catch (RuntimeException | Error e) { // a deadline will do without
      System.getLogger(FirstDeadline.class.getPackageName())
          .log(System.Logger.Level.DEBUG, "what follows a deadline could not be rehearsed", e);
    } finally {
      READY.countDown();
    }
  }

  /** What comes of a command that was late. */
  private static Outcome outcome() {
    Teardown teardown =
        TreeEnd.told(
            Cause.TIMEOUT,
            new TreeReport(List.of(new TreeReport.Member(0, "", Signals.KILL)), List.of()),
            0);
    Result result =
        Result.builder()
            .status(new ExitStatus.Signaled(Signals.KILL, false))
            .duration(Duration.ZERO)
            .cpuTime(Duration.ZERO)
            .maxRss(0)
            .teardown(teardown)
            .build();
    return new Outcome(Command.of("rehearsal", "on paper"), 0, result, Cause.TIMEOUT, null);
  }
}
