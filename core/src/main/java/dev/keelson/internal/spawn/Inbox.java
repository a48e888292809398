/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import dev.keelson.internal.threads.Daemons;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.annotation.Nullable;

/**
 * What only one thread may do, asked for by any. Asking takes no memory, because whoever must stop
 * something cannot fail to say so. Safe for use by multiple threads; one of them serves.
 */
public final class Inbox {

  /*
   * A request is made once and may be asked for many times; it is in the list at most once. It leaves `queued` before it is run, so
   * that whoever finds it queued knows that a run is still to come, which sees everything that was written before.
   */

  /** Something to be done, which may be done again. */
  public static final class Request {
    private final Runnable body;
    private final AtomicBoolean queued = new AtomicBoolean();

    /** Written by whoever queued it. */
    private @Nullable Request next;

    /** Runs {@code body} each time it was asked for, or once for several. */
    public Request(Runnable body) {
      this.body = body;
    }
  }

  private final AtomicReference<Request> last = new AtomicReference<>();

  /** Asks for it; the thread that serves is to be woken afterwards. */
  public void add(Request request) {
    if (request.queued.compareAndSet(false, true)) { // against others who ask for the same
      Request before;
      do {
        before = last.get();
        request.next = before;
      } while (!last.compareAndSet(before, request)); // against others who ask
    }
  }

  /** Whether nothing was asked for. */
  public boolean isEmpty() {
    return last.get() == null;
  }

  /**
   * Runs what was asked for, in no order; what found no memory stays. Throws nothing.
   *
   * @return whether nothing stays
   */
  public boolean serve(Class<?> speaker) {
    boolean all = true;
    Request next;
    for (Request request = last.getAndSet(null); request != null; request = next) {
      next = request.next;
      request.queued.set(false);
      try {
        request.body.run();
      } catch (OutOfMemoryError e) {
        add(request);
        all = false;
      } catch (RuntimeException | Error e) {
        Daemons.complain(speaker, "a thread of Keelson's goes on after a failure", e);
      }
    }
    return all;
  }
}
