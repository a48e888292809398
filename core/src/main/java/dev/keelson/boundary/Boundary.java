/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

import static java.util.Objects.requireNonNull;

/**
 * The moments at which this program stops being what it was, and the hooks around them.
 *
 * <p>Safe for use by multiple threads; one thread crosses at a time. No thread of Keelson's is
 * started before the first crossing.
 *
 * <p>Memory consistency effects: what a hook does <i>happens-before</i> what the next hook, the
 * action, and the caller of {@link #cross} after its return do.
 */
public final class Boundary {

  /** The phase of hooks that name none. */
  public static final int DEFAULT_PHASE = 0;

  private Boundary() {}

  /**
   * Registers a hook in phase {@value #DEFAULT_PHASE}.
   *
   * @see #register(Object, BoundaryHook, int)
   */
  public static HookRegistration register(Object owner, BoundaryHook hook) {
    return register(owner, hook, DEFAULT_PHASE);
  }

  /**
   * Registers a hook from the next crossing on. Never waits; may be called inside a hook.
   *
   * @param owner whose hook it is: referred to weakly, and once it is collected the hook is gone
   * @param phase lower numbers are called later before a boundary, and earlier after it
   * @return what the owner has to keep: the hook is called only for as long as it is reachable
   */
  public static HookRegistration register(Object owner, BoundaryHook hook, int phase) {
    requireNonNull(owner, "owner");
    requireNonNull(hook, "hook");
    return HookTable.add(owner, hook, phase);
  }

  /**
   * Crosses with {@link BoundaryOptions#defaults}.
   *
   * @see #cross(BoundaryOptions, BoundaryAction)
   */
  public static <T, X extends Exception> T cross(BoundaryAction<T, X> action)
      throws X, InterruptedException {
    return cross(BoundaryOptions.defaults(), action);
  }

  /**
   * Calls every hook's {@code before}, runs the action if nobody refused, and calls {@code
   * after...} of every hook whose {@code before} was called.
   *
   * @return what the action returns
   * @throws X what the action throws; what hooks threw then is among its suppressed exceptions
   * @throws BoundaryException if a hook refused or failed, if somebody did not become quiet, if
   *     hooks took too long, or if another thread crosses and does not come to an end; its {@link
   *     BoundaryException#outcome outcome} says whether the action ran
   * @throws IllegalStateException if this thread crosses a boundary already
   * @throws InterruptedException if the thread is interrupted while it waits for its turn or for
   *     quiet; the action did not run
   */
  public static <T, X extends Exception> T cross(
      BoundaryOptions options, BoundaryAction<T, X> action) throws X, InterruptedException {
    requireNonNull(options, "options");
    requireNonNull(action, "action");
    Turn turn = Turn.take(options.label(), options.patienceNanos());
    try {
      BoundaryContext context = BoundaryContext.empty(options.label());
      return new Crossing(HookTable.snapshot(), options, context, turn).run(action);
    } finally {
      turn.end();
    }
  }

  /**
   * What a child JVM calls first in its {@code main}: runs the {@link ChildHook}s that {@link
   * java.util.ServiceLoader} finds through the context class loader, and {@link
   * BoundaryHook#afterInChild} of the hooks that are registered already, in the order of their
   * phases.
   *
   * @param context what the parent has passed on, see {@link BoundaryContext#of}
   * @throws BoundaryException if a hook failed or could not be loaded; all others were called
   * @throws IllegalStateException if this thread crosses a boundary already
   * @throws InterruptedException if the thread is interrupted while another thread crosses
   */
  public static void childMain(BoundaryContext context) throws InterruptedException {
    requireNonNull(context, "context");
    BoundaryOptions options = BoundaryOptions.defaults().label(context.label());
    Turn turn = Turn.take(options.label(), options.patienceNanos());
    try {
      ChildHooks found = ChildHooks.find();
      new Crossing(found.hooks(), options, context, turn).runInChild(found.unloadable());
    } finally {
      turn.end();
    }
  }
}
