/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import dev.keelson.internal.threads.Daemons;
import java.lang.ref.WeakReference;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * One child that wants to be told, held weakly by its link: that knows its child, which so need not
 * be asked for it, and lives as long.
 */
final class Watch<C extends Linked<?>> extends WeakReference<ParentLink<?>> {

  private final Owner owner;
  private final Consumer<? super C> callback;
  private final Executor executor;

  /** With the link of a C, claimed by it. */
  Watch(ParentLink<?> link, Owner owner, Consumer<? super C> callback, Executor executor) {
    super(link);
    this.owner = owner;
    this.callback = callback;
    this.executor = executor;
  }

  /** Calls back, unless the child is collected or no longer with that parent. Throws nothing. */
  @SuppressWarnings("unchecked") // it is the link of a C
  void run() {
    ParentLink<?> link = get();
    if (link == null || link.owner() != owner) {
      return;
    }
    try {
      executeInTheEnd((C) link.node());
    } catch (Throwable e) { // a full or ended executor
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
