/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.threads.Daemons;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/**
 * Who wants to know when a parent is gone. Only containers of watched children are known here, each
 * by a second reference that the collector queues; one daemon takes them from the queue, and ends
 * when there was nothing to watch for a while.
 */
final class Orphans {

  // A watch is added to the Watched of its container, and then the handle is looked at once more.
  // The race that this closes: close() clears the handle and takes the Watched away before the
  // watch is in it, and the watcher makes a new one that nobody will ever take. Either close()
  // finds the watch, or the watcher finds the handle cleared; Watched.take() gives the watches to
  // one of them. A collection in the same moments is the same race, with the queue in the place of
  // close(), so nothing here needs a reachability fence.
  //
  // A child that leaves ends its watches before the stripe is free: before it could come back to
  // the same parent, where they would hold again. Who watches says so in the handle, adds the
  // watch, and asks the link once more; who leaves changes the link, and then looks at the handle.
  // So either the watch is found, or the watcher sees that the child has left and takes it back
  // himself. The last watch that ends takes its Watched away; whoever has got that one meanwhile
  // makes another.

  private static final long IDLE_MILLIS = 5_000;
  private static final ReferenceQueue<Children<?, ?>> QUEUE = new ReferenceQueue<>();
  private static final Map<Owner, Watched> WATCHED = new ConcurrentHashMap<>();
  private static final AtomicBoolean LISTENING = new AtomicBoolean();

  private Orphans() {}

  static <C extends Linked<?>> void watch(
      ParentLink<?> link, Consumer<? super C> callback, Executor executor) {
    refuseCapture(requireNonNull(callback, "callback").getClass());
    requireNonNull(executor, "executor");
    Owner owner = link.owner();
    if (owner == null) {
      throw new IllegalStateException("child has no parent to lose: attach it first");
    }
    Children<?, ?> container = owner.get();
    Watch<C> watch = new Watch<>(link, owner, callback, executor);
    if (container == null) {
      watch.run();
      return;
    }
    if (executor == container.parent()) {
      throw new IllegalArgumentException(
          "executor is the parent itself, which the watch would keep alive; use another one");
    }
    listen(); // before anything is remembered: where no thread can be had, nothing is half done
    owner.watched = true;
    Watched watched = WATCHED.computeIfAbsent(owner, key -> new Watched(key, container, QUEUE));
    while (!watched.add(link, watch)) {
      if (owner.refersTo(null)) {
        watch.run(); // the handle was cleared, and the others called, in this moment
        return;
      }
      WATCHED.remove(owner, watched); // the last child that was watched has left
      watched = WATCHED.computeIfAbsent(owner, key -> new Watched(key, container, QUEUE));
    }
    if (owner.refersTo(null)) {
      lost(owner);
    } else if (link.owner() != owner) {
      end(owner, link, watch);
    } else {
      listen(); // the thread may have ended meanwhile, with nothing to watch
    }
  }

  /** The parent is gone: calls back for every child that was watched and is still there. */
  static void lost(Owner owner) {
    if (!WATCHED.isEmpty()) {
      Watched watched = WATCHED.remove(owner);
      if (watched != null) {
        watched.take().forEach((hash, some) -> some.forEach(Watch::run));
      }
    }
  }

  /** A child is no longer with that parent: it is not watched any more. Under the stripe. */
  static void left(Owner owner, ParentLink<?> child) {
    if (owner.watched) {
      try {
        end(owner, child, null);
      } catch (OutOfMemoryError e) {
        // It has left all the same; its watch holds again if it comes back.
      }
    }
  }

  private static void end(Owner owner, ParentLink<?> child, @Nullable Watch<?> one) {
    Watched watched = WATCHED.get(owner);
    if (watched != null && watched.end(child, one)) {
      WATCHED.remove(owner, watched);
    }
  }

  /** How many parents are watched. */
  static int watched() {
    return WATCHED.size();
  }

  private static void listen() {
    if (!LISTENING.get() && LISTENING.compareAndSet(false, true)) {
      boolean started = false;
      try {
        Daemons.newThread("keelson-link-orphans", Orphans::takeFromQueue).start();
        started = true;
      } finally {
        if (!started) { // one that has started may have ended by now, and said so itself
          LISTENING.set(false);
        }
      }
    }
  }

  private static void takeFromQueue() {
    Daemons.retainCurrentThread();
    do {
      try {
        Reference<?> gone;
        do {
          gone = QUEUE.remove(IDLE_MILLIS);
          if (gone instanceof Watched watched) {
            lost(watched.owner());
          }
        } while (gone != null || !WATCHED.isEmpty());
      } catch (InterruptedException e) {
        // Nobody interrupts it to any purpose; what is queued is taken in the next round.
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory(); // nothing was taken: lost() throws nothing
      } finally {
        LISTENING.set(false);
      }
      // A watch that came between the last look and the flag found the flag up, and no thread.
    } while (!WATCHED.isEmpty() && LISTENING.compareAndSet(false, true));
  }

  private static void refuseCapture(Class<?> type) {
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          throw new IllegalArgumentException(
              "callback captures a "
                  + field.getType().getName()
                  + " (field "
                  + field.getName()
                  + "), which could keep the parent alive; use what the child it is given knows");
        }
      }
    }
  }
}
