/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import dev.keelson.internal.threads.Daemons;
import java.lang.ref.WeakReference;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** One child that wants to be told, held weakly. */
final class Watch<C extends Linked<?>> extends WeakReference<C> {

  private final Owner owner;
  private final Consumer<? super C> callback;
  private final Executor executor;

  Watch(C child, Owner owner, Consumer<? super C> callback, Executor executor) {
    super(child);
    this.owner = owner;
    this.callback = callback;
    this.executor = executor;
  }

  /** Whether the child is collected, or no longer with that parent. */
  boolean isOver() {
    C child = get();
    return child == null || child.parentLink().owner() != owner;
  }

  /** Calls back, unless it is over. Throws nothing. */
  void run() {
    C child = get();
    if (child == null) {
      return;
    }
    try {
      if (child.parentLink().owner() == owner) {
        executeInTheEnd(child);
      }
    } catch (Throwable e) { // a full or ended executor, or a child that cannot say its link
      Daemons.complain(Watch.class, "an orphan is not told: its executor refused", e);
    }
  }

  /** There may be no memory for a moment, or no thread. */
  private void executeInTheEnd(C child) {
    for (int tries = 0; ; tries++) {
      try {
        executor.execute(() -> call(child));
        return;
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory(tries, e);
      }
    }
  }

  private void call(C child) {
    try {
      callback.accept(child);
    } catch (Throwable e) {
      Daemons.complain(Watch.class, "the callback of an orphan failed", e);
    }
  }
}
