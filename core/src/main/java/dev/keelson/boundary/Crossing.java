/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

import dev.keelson.internal.threads.Daemons;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.annotation.Nullable;

/** One crossing, from the first {@code before} to the last {@code after...}. */
final class Crossing {

  /*
   * The hooks are those of the table when the crossing begins; what is registered, closed or
   * collected meanwhile changes nothing here, so that "after exactly if before" needs no lock: it
   * is the index `first`, below which nobody was called.
   *
   *   befores      from the last to the first; first = index of the last one called
   *   quiet        ask all, until each is quiet, one cannot say, or the budget is spent
   *   action       only if nobody refused
   *   afters       from first to the last: all of them, whatever they throw
   *
   * While the child's hooks run, other threads may be gone in the middle of anything: of a log
   * record, of the loading of a class. So that phase is a plain loop over an array: no logging, no
   * lambda or string concatenation that is linked at its first use, failures into an array that is
   * there already. What it needs has been used by the phase before it, or on purpose.
   */

  private static final long QUIET_LOOK_NANOS = 1_000_000;

  private final BoundaryOptions options;
  private final Turn turn;
  private final HookRegistration[] hooks;
  private final Throwable[] failures;
  private final BoundaryContext context;
  private int failureCount;
  private int first;
  private BoundaryOutcome outcome = BoundaryOutcome.CROSSED;

  Crossing(
      List<HookRegistration> hooks, BoundaryOptions options, BoundaryContext context, Turn turn) {
    this.hooks = hooks.toArray(new HookRegistration[0]);
    this.options = options;
    this.context = context;
    this.turn = turn;
    this.first = this.hooks.length;
    this.failures =
        new Throwable[4 * this.hooks.length + 1]; // two calls each, with an overrun each
  }

  /** The whole of it in a child JVM, where nothing was called before. */
  void runInChild(List<Throwable> unloadable) {
    HookWatch.end(HookWatch.begin(this, options, true)); // so that it is loaded
    first = 0;
    inChild();
    if (failureCount > 0 || !unloadable.isEmpty()) {
      BoundaryException exception = failed("was crossed, but hooks of the child failed", null);
      unloadable.forEach(exception::addSuppressed);
      throw exception;
    }
  }

  <T, X extends Exception> T run(BoundaryAction<T, X> action) throws X, InterruptedException {
    try {
      befores();
      if (outcome == BoundaryOutcome.CROSSED) {
        quiet();
      }
    } catch (Throwable e) { // an interrupt
      outcome = BoundaryOutcome.ABORTED;
      afters();
      addFailuresTo(e);
      throw e;
    }
    if (outcome != BoundaryOutcome.CROSSED) {
      afters();
      throw failed("was not crossed", null);
    }
    T result;
    try {
      result = action.cross(context);
    } catch (Throwable e) {
      outcome = BoundaryOutcome.FAILED;
      afters();
      addFailuresTo(e);
      throw e;
    }
    afters();
    if (failureCount > 0 && !options.isGoingOn()) {
      throw failed("was crossed, but hooks failed", result);
    }
    logFailures();
    return result;
  }

  private void befores() {
    long deadline = System.nanoTime() + options.totalNanos();
    for (int i = hooks.length - 1; i >= 0; i--) {
      if (outcome == BoundaryOutcome.OVERRUN) {
        return;
      }
      if (System.nanoTime() - deadline > 0) {
        outcome = BoundaryOutcome.OVERRUN;
        return;
      }
      before(i);
    }
  }

  private void before(int index) {
    HookRegistration hook = hooks[index];
    turn.doing(hook);
    HookWatch watch = HookWatch.begin(hook, options, false);
    first = index;
    hook.entry().used = true;
    try {
      hook.hook().before(context);
    } catch (Throwable e) { // other languages throw what they like
      add(e);
      if (!options.isGoingOn() && outcome == BoundaryOutcome.CROSSED) {
        outcome = BoundaryOutcome.ABORTED;
      }
    }
    HookOverrunException overrun = HookWatch.end(watch);
    if (overrun != null) {
      add(overrun);
      outcome = BoundaryOutcome.OVERRUN;
    }
    turn.doing(null);
  }

  private void quiet() throws InterruptedException {
    long budget = options.quiesceNanos();
    if (budget == 0) {
      return;
    }
    long deadline = System.nanoTime() + budget;
    int quiet = first;
    while (quiet < hooks.length) {
      if (isQuiet(hooks[quiet])) {
        quiet++;
        continue;
      }
      if (outcome != BoundaryOutcome.CROSSED) {
        return;
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (System.nanoTime() - deadline >= 0) {
        outcome = BoundaryOutcome.ABORTED;
        add(busy(hooks[quiet]));
        return;
      }
      LockSupport.parkNanos(this, QUIET_LOOK_NANOS);
      quiet = first; // one that was quiet may have begun again
    }
  }

  /** One that cannot say refuses. */
  private boolean isQuiet(HookRegistration hook) {
    try {
      return hook.hook().isQuiet();
    } catch (Throwable e) {
      add(e);
      outcome = BoundaryOutcome.ABORTED;
      return false;
    }
  }

  private static Throwable busy(HookRegistration hook) {
    try {
      return new IllegalStateException(hook + ": " + hook.hook().whyBusy());
    } catch (Throwable e) {
      return new IllegalStateException(hook + ": not quiet, and cannot say why", e);
    }
  }

  private void afters() {
    if (context.isChild() && outcome == BoundaryOutcome.CROSSED) {
      inChild();
      return;
    }
    for (int i = first; i < hooks.length; i++) {
      turn.doing(hooks[i]);
      HookWatch watch = HookWatch.begin(hooks[i], options, false);
      try {
        hooks[i].hook().afterInParent(context, outcome);
      } catch (Throwable e) {
        add(e);
      }
      add(HookWatch.end(watch));
    }
    turn.doing(null);
  }

  private void inChild() {
    for (int i = first; i < hooks.length; i++) {
      hooks[i].entry().used = true; // in a child JVM nothing was called before
      HookWatch watch = HookWatch.begin(hooks[i], options, true);
      try {
        hooks[i].hook().afterInChild(context);
      } catch (Throwable e) {
        add(e);
      }
      add(HookWatch.end(watch));
    }
  }

  private void add(@Nullable Throwable failure) {
    if (failure != null) {
      failures[failureCount++] = failure;
    }
  }

  private BoundaryException failed(String what, @Nullable Object result) {
    StringBuilder message = new StringBuilder("the boundary \"");
    message.append(options.label()).append("\" ").append(what).append(" (").append(outcome);
    message.append(')');
    if (outcome == BoundaryOutcome.OVERRUN && failureCount == 0) {
      message.append(": all before-hooks together took longer than ");
      message.append(options.totalNanos() / 1_000_000).append(" ms");
    }
    for (int i = 0; i < failureCount; i++) {
      message.append(i == 0 ? ": " : "; ").append(failures[i]);
    }
    BoundaryException exception = new BoundaryException(message.toString(), outcome, result);
    addFailuresTo(exception);
    return exception;
  }

  private void addFailuresTo(Throwable thrown) {
    for (int i = 0; i < failureCount; i++) {
      if (failures[i] != thrown) {
        thrown.addSuppressed(failures[i]);
      }
    }
  }

  private void logFailures() {
    for (int i = 0; i < failureCount; i++) {
      Daemons.complain(Crossing.class, "a boundary hook failed", failures[i]);
    }
  }
}
