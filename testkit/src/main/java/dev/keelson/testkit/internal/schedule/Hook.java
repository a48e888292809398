/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

import dev.keelson.spi.ScheduleHook;
import java.util.function.BooleanSupplier;

/**
 * What core finds by {@link java.util.ServiceLoader} where the testkit is on the path. A thread
 * that is no {@link Actor} pays for a look at its class.
 */
public final class Hook implements ScheduleHook {

  /** Made by the loader of services. */
  public Hook() {}

  @Override
  public void reached(String point) {
    if (Thread.currentThread() instanceof Actor actor) {
      actor.baton.reached(actor, point);
    }
  }

  @Override
  public boolean isMine() {
    return Thread.currentThread() instanceof Actor;
  }

  @Override
  public void await(String point, BooleanSupplier until, long nanos, boolean interruptible) {
    if (Thread.currentThread() instanceof Actor actor) {
      actor.baton.await(actor, point, until, nanos, interruptible);
    }
  }

  @Override
  public void park(String point, long nanos) {
    if (Thread.currentThread() instanceof Actor actor) {
      actor.baton.park(actor, point, nanos);
    }
  }

  @Override
  public void unparked(Thread thread) {
    if (thread instanceof Actor actor) {
      actor.baton.unparked(actor);
    }
  }

  @Override
  public long nanoTime() {
    return Thread.currentThread() instanceof Actor actor
        ? actor.baton.nanoTime()
        : System.nanoTime();
  }
}
