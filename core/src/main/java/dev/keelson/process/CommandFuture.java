/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.threads.Daemons;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;

/**
 * What {@link Launcher#runAsync} returns: the result to come, and the handle to stop it.
 *
 * <p>Whoever completes it before the command does ends the command: {@link #cancel}, {@link
 * #complete}, {@link #completeExceptionally}, {@link #orTimeout} and {@link #completeOnTimeout} all
 * begin to end the tree, within the command's grace, on a thread of Keelson's, and do not wait for
 * that. Futures derived from this one do not.
 *
 * <p>It is completed on the launcher's executor. {@link #join} and {@link #get} show {@link
 * java.util.concurrent.CompletionException} and {@link java.util.concurrent.ExecutionException}
 * around the exceptions of {@link Launcher#run}.
 *
 * <p>Safe for use by multiple threads.
 */
public final class CommandFuture extends CompletableFuture<Result> {

  /** What runs, as far as a future needs to know it. */
  interface Running {
    void whenDone(Runnable action);

    Outcome outcome();

    /** Begins to end it. */
    void cancel();
  }

  private final Callbacks callbacks;

  /**
   * Written before {@link #follow} looks whether this is done; read after this became done. One of
   * the two sees the other. Null again once it is over.
   */
  private volatile @Nullable Running running;

  CommandFuture(Callbacks callbacks) {
    this.callbacks = callbacks;
    var unused = whenComplete((result, failure) -> cancelRunning()); // whoever completes it
  }

  /** Takes the outcome of what runs; ends it at once if this future is over. */
  void follow(Running started) {
    running = started;
    Runnable deliver = () -> deliver(started); // made now: then there may be no memory for it
    started.whenDone(() -> callbacks.run(deliver));
    if (isDone()) { // completed between the start and the line above: whoever did it saw nothing to
      // cancel
      started.cancel();
    }
  }

  /** An outcome that cannot be had, for want of memory perhaps, is told as that. */
  private void deliver(Running over) {
    running = null;
    try {
      Outcome outcome = over.outcome();
      CommandException exception = outcome.exception();
      if (exception == null) {
        super.complete(outcome.result());
      } else {
        super.completeExceptionally(exception);
      }
    } catch (RuntimeException | Error e) { // somebody may wait without a deadline
      completeWith(e);
    }
  }

  /** It could not be started. */
  void fail(Throwable failure) {
    while (true) {
      try {
        callbacks.run(() -> completeWith(failure));
        return;
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory();
      }
    }
  }

  private void completeWith(Throwable failure) {
    while (true) {
      try {
        super.completeExceptionally(failure);
        return;
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory(); // somebody may wait without a deadline
      }
    }
  }

  private void cancelRunning() {
    @Nullable Running started = running;
    if (started != null) {
      started.cancel();
    }
  }
}
