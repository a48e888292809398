/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.threads.Daemons;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import javax.annotation.Nullable;

/**
 * Calls a launcher's listener, on its executor, in order for each child, and outside every lock.
 * Safe for use by multiple threads.
 */
final class Events {

  private final Callbacks callbacks;
  private final @Nullable LaunchListener listener;

  /**
   * The calls that wait behind one that runs, by child; a child has an entry while one of its calls
   * runs or waits.
   */
  private final Map<Child, Queue<Runnable>> waiting = new ConcurrentHashMap<>();

  Events(Callbacks callbacks, @Nullable LaunchListener listener) {
    this.callbacks = callbacks;
    this.listener = listener;
  }

  Callbacks callbacks() {
    return callbacks;
  }

  void started(ChildProcess child) {
    if (listener != null) {
      LaunchListener target = listener;
      inOrder(child, () -> target.started(child));
    }
  }

  void ended(ChildProcess child) {
    if (listener != null) {
      LaunchListener target = listener;
      inOrder(child, () -> target.ended(child, child.execution().outcome().result()));
    }
  }

  void failed(Command command, LaunchException failure) {
    if (listener != null) {
      LaunchListener target = listener;
      callbacks.run(() -> guarded(() -> target.failed(command, failure)));
    }
  }

  private void inOrder(Child child, Runnable call) {
    boolean[] first = new boolean[1];
    waiting.compute(
        child,
        (key, queue) -> {
          first[0] = queue == null;
          Queue<Runnable> calls = queue == null ? new ArrayDeque<>() : queue;
          calls.add(call);
          return calls;
        });
    if (first[0]) {
      callbacks.run(() -> runAll(child));
    }
  }

  private void runAll(Child child) {
    while (true) {
      @Nullable Runnable[] next = new Runnable[1];
      waiting.computeIfPresent(
          child,
          (key, queue) -> {
            next[0] = queue.poll();
            return next[0] == null ? null : queue;
          });
      Runnable call = next[0];
      if (call == null) {
        return;
      }
      guarded(call);
    }
  }

  private static void guarded(Runnable call) {
    try {
      call.run();
    } catch (Throwable e) { // other languages throw what they like
      Daemons.complain(Events.class, "a launch listener failed", e);
    }
  }
}
