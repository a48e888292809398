/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.threads.Durations;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How a boundary is crossed. Immutable: each method returns a changed copy, and a copy is not
 * changed once it was returned. Durations may be zero, and as long as they like.
 */
public final class BoundaryOptions {

  private static final BoundaryOptions DEFAULTS = new BoundaryOptions();

  private String label = "boundary";
  private long hookNanos = Duration.ofSeconds(10).toNanos();
  private long totalNanos = Duration.ofSeconds(60).toNanos();
  private long patienceNanos = Duration.ofSeconds(30).toNanos();
  private long quiesceNanos;
  private boolean interrupting;
  private boolean goingOn;
  private Consumer<? super HookOverrunException> overrunListener =
      overrun ->
          System.getLogger(BoundaryOptions.class.getPackageName())
              .log(System.Logger.Level.WARNING, overrun.getMessage(), overrun);

  private BoundaryOptions() {}

  /**
   * 10 s for each hook, 60 s for all that run before, 30 s for another thread's crossing to end, no
   * waiting for quiet; failures are collected and an overrun is logged.
   */
  public static BoundaryOptions defaults() {
    return DEFAULTS;
  }

  /** What the crossing is for, in messages and in {@link BoundaryContext#label}. */
  public BoundaryOptions label(String what) {
    BoundaryOptions copy = copy();
    copy.label = requireNonNull(what, "label");
    return copy;
  }

  /**
   * How long one hook may take. One that takes longer is reported with its stack while it runs; a
   * {@code before} that does ends the crossing once it has returned.
   */
  public BoundaryOptions hookBudget(Duration budget) {
    BoundaryOptions copy = copy();
    copy.hookNanos = Durations.nanos("hookBudget", budget);
    return copy;
  }

  /** How long all {@code before} may take together; it is given up between two of them. */
  public BoundaryOptions totalBudget(Duration budget) {
    BoundaryOptions copy = copy();
    copy.totalNanos = Durations.nanos("totalBudget", budget);
    return copy;
  }

  /** How long to wait while another thread crosses. */
  public BoundaryOptions patience(Duration time) {
    BoundaryOptions copy = copy();
    copy.patienceNanos = Durations.nanos("patience", time);
    return copy;
  }

  /**
   * Waits, after every {@code before}, until each hook is {@linkplain BoundaryHook#isQuiet quiet};
   * gives the crossing up if that takes longer. Zero, the default, does not ask.
   */
  public BoundaryOptions quiesce(Duration budget) {
    BoundaryOptions copy = copy();
    copy.quiesceNanos = Durations.nanos("quiesce", budget);
    return copy;
  }

  /**
   * Interrupts the crossing thread when a hook has spent its budget. A hook that does not react to
   * it leaves the thread interrupted.
   */
  public BoundaryOptions interruptOverrun() {
    BoundaryOptions copy = copy();
    copy.interrupting = true;
    return copy;
  }

  /**
   * Logs what hooks throw, as a warning, and crosses nevertheless; by default that is refused. One
   * that {@linkplain BoundaryHook#isQuiet cannot say} whether it is quiet refuses even so.
   */
  public BoundaryOptions logFailures() {
    BoundaryOptions copy = copy();
    copy.goingOn = true;
    return copy;
  }

  /**
   * Tells of a hook that has spent its budget, on a thread of Keelson's and while the hook still
   * runs; by default it is logged as a warning. Not called while the child's hooks run.
   */
  public BoundaryOptions onOverrun(Consumer<? super HookOverrunException> listener) {
    BoundaryOptions copy = copy();
    copy.overrunListener = requireNonNull(listener, "listener");
    return copy;
  }

  String label() {
    return label;
  }

  long hookNanos() {
    return hookNanos;
  }

  long totalNanos() {
    return totalNanos;
  }

  long patienceNanos() {
    return patienceNanos;
  }

  long quiesceNanos() {
    return quiesceNanos;
  }

  boolean isInterrupting() {
    return interrupting;
  }

  boolean isGoingOn() {
    return goingOn;
  }

  Consumer<? super HookOverrunException> overrunListener() {
    return overrunListener;
  }

  private BoundaryOptions copy() {
    BoundaryOptions copy = new BoundaryOptions();
    copy.label = label;
    copy.hookNanos = hookNanos;
    copy.totalNanos = totalNanos;
    copy.patienceNanos = patienceNanos;
    copy.quiesceNanos = quiesceNanos;
    copy.interrupting = interrupting;
    copy.goingOn = goingOn;
    copy.overrunListener = overrunListener;
    return copy;
  }

  @Override
  public String toString() {
    return "BoundaryOptions " + label;
  }
}
