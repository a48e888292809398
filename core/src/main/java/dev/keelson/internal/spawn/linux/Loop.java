/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Layout;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.Region;
import dev.keelson.internal.spawn.Inbox;
import dev.keelson.internal.threads.Daemons;
import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The one thread that waits, for the whole JVM, for exits and for pipes. It is started by the first
 * start and lives as long as the JVM, as a daemon; while nothing happens it sleeps in the kernel.
 * No user code runs on it.
 */
final class Loop implements Runnable {

  /*
   * Events and what they mean
   * -------------------------
   * Whoever wants to hear of a descriptor registers it under a token, which is a number that is never used again. The kernel
   * hands the token back with the event, and the loop looks up who stands behind it. An event may be old: between the kernel's
   * answer and the look, its registrant may have gone, and the descriptor's number may belong to something else by now. Then the
   * token leads to nobody and the event is dropped. What an event leads to is never more than a hint: a registrant tries its
   * call, which does not block, and finds out.
   *
   * Who may register
   * ----------------
   * Every thread, directly: epoll_ctl works beside epoll_wait. The token is in the table before the kernel knows it, so that the
   * first event finds it. The registrant owns the descriptor during both calls (see Counted), and takes the registration back
   * before it closes the descriptor: an epoll entry lives as long as the open file, of which a process that somebody else is
   * just starting may hold a copy, and would go on reporting.
   *
   * What only the loop may do is submitted: queue first, eventfd last. The loop empties the queue after it has read the eventfd,
   * so a request queued before its wake-up is found by the round that the wake-up begins.
   *
   * Where memory ends
   * -----------------
   * An event may come only once, and somebody waits for what it leads to. So an event whose handler found no memory is kept, in
   * arrays that were made beforehand, and given to the handler again a little later, until it gets through; a handler goes on from
   * where it was. Requests that found none stay in the queue. Everything else goes on meanwhile.
   *
   * Where other code closes what is ours
   * ------------------------------------
   * A number that the system has once refused is not used again: it will be a stranger's. Who finds the eventfd gone hangs another
   * in its place and rings that. Others who come meanwhile find none and leave their requests, which are in the queue before that
   * ring. Where no other can be had nobody can wake the loop, which then looks into the queue each time it wakes, and wakes often
   * once it knows. Without the epoll nothing comes any more; who registers is refused.
   */

  interface Handler {
    /**
     * Something may be ready. On the loop's thread: it neither blocks nor runs user code. It is
     * called again if it throws an {@code OutOfMemoryError}.
     */
    void ready(int events);
  }

  private static final int MOST_EVENTS = 128;
  private static final long WAKE_UP = 0;
  private static final int COUNTER = 8;
  private static final String BELL = "eventfd of the loop";

  /** How often the queue is looked at where nobody can ring. */
  private static final int LOOK_MILLIS = 100;

  private static final int NONE = -1;
  private static final String BELL_IS_REPLACED =
      "the eventfd of the loop was closed by other code of this process; it has another one";
  private static final String BELL_IS_GONE =
      "the eventfd of the loop was closed by other code of this process; what it is asked for may"
          + " wait";
  private static final long SHORTEST_RETRY = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LONGEST_RETRY = TimeUnit.SECONDS.toNanos(10);
  private static final Handler NOBODY = events -> {};

  private final Kernel kernel;
  private final int epoll;

  /** Rings for the queue; {@link #NONE} while another is being hung, and where none can be had. */
  private final AtomicInteger bell;

  private final Region events;
  private final Region one;
  private final Region counter;
  private final Map<Long, Handler> handlers = new ConcurrentHashMap<>();
  private final AtomicLong tokens = new AtomicLong(WAKE_UP);
  private final Inbox inbox = new Inbox();
  private volatile boolean epollIsGone;

  /** The events whose handlers found no memory. Used on the loop's thread alone. */
  private final long[] keptTokens = new long[MOST_EVENTS];

  private final int[] keptEvents = new int[MOST_EVENTS];
  private int kept;

  /** For what handlers read; used on the loop's thread alone. */
  private final Region buffer;

  private Loop(Kernel kernel, int epoll, int bell) {
    this.kernel = kernel;
    this.epoll = epoll;
    this.bell = new AtomicInteger(bell);
    events = kernel.allocate(MOST_EVENTS * Layout.EPOLL_EVENT);
    one = kernel.allocate(COUNTER);
    one.bytes().putLong(0, 1);
    counter = kernel.allocate(COUNTER);
    buffer = kernel.allocate(Drain.BUFFER);
  }

  /** Opens its two descriptors and starts the thread; if that fails nothing is left open. */
  static Loop start(Kernel kernel) throws IOException {
    int epoll = check(kernel, Descriptors.aboveStandard(kernel, kernel.epollCreate()));
    int bell = -1;
    boolean started = false;
    try {
      bell = check(kernel, Descriptors.aboveStandard(kernel, kernel.eventfd()));
      check(kernel, kernel.epollControl(epoll, Linux.EPOLL_CTL_ADD, bell, Linux.EPOLLIN, WAKE_UP));
      Loop loop = new Loop(kernel, epoll, bell);
      Daemons.newThread("keelson-loop", loop).start();
      started = true;
      report(epoll, "epoll of the loop");
      report(bell, BELL);
      return loop;
    } finally {
      if (!started) {
        kernel.close(epoll);
        if (bell >= 0) {
          kernel.close(bell);
        }
      }
    }
  }

  private static void report(int fd, String name) {
    Creations.retained(Creations.created(Creation.Kind.DESCRIPTOR, fd, () -> name));
  }

  private static int check(Kernel kernel, int answer) throws IOException {
    if (answer < 0) {
      throw Failures.of(kernel, answer);
    }
    return answer;
  }

  // For every thread

  /** A number that was never a token before; an object, so that to deregister takes no memory. */
  Long newToken() {
    return tokens.incrementAndGet();
  }

  /** As {@link #newToken}, with its place in the table: to register it takes no memory. */
  Long reserveToken() {
    Long token = newToken();
    handlers.put(token, NOBODY);
    return token;
  }

  /**
   * Tells the handler of events from now on, until the token is given up. The first may come before
   * this returns.
   *
   * @return zero, or an error number with its sign changed; then the token is still to be given up
   */
  int register(Long token, int fd, int wanted, Handler handler) {
    handlers.put(token, handler);
    return control(Linux.EPOLL_CTL_ADD, fd, wanted, token);
  }

  private int control(int operation, int fd, int wanted, Long token) {
    return epollIsGone ? -Linux.EBADF : kernel.epollControl(epoll, operation, fd, wanted, token);
  }

  /** Waits for other events, or once more for those that come only once. */
  int rearm(int fd, int wanted, Long token) {
    return control(Linux.EPOLL_CTL_MOD, fd, wanted, token);
  }

  /** As {@link #deregister}, where no event comes any more, or none was ever wanted. */
  void forget(Long token) {
    handlers.remove(token);
  }

  /** Hears of it no more; an event that is already on its way finds nobody. */
  void deregister(int fd, Long token) {
    handlers.remove(token);
    while (true) {
      try {
        control(Linux.EPOLL_CTL_DEL, fd, 0, token);
        return;
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory(); // nobody asks again, and the descriptor is still to be closed
      }
    }
  }

  /** Has the loop run something soon. */
  void submit(Inbox.Request request) {
    inbox.add(request);
    for (int rung = bell.get(); rung != NONE; rung = bell.get()) {
      try {
        int answer = kernel.write(rung, one, 0, COUNTER);
        // Full means that a wake-up is pending.
        if (answer >= 0 || answer == -Linux.EAGAIN || answer == -Linux.EINTR) {
          return;
        }
        missTheBell(rung);
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory(); // it is in the queue, and nobody else may ever ring
      }
    }
  }

  private void missTheBell(int missed) {
    if (bell.compareAndSet(missed, NONE)) { // against others who find out: replaced and told once
      int another = hangAnother(missed + 1);
      bell.set(another);
      if (another == NONE) {
        Daemons.complain(Loop.class, BELL_IS_GONE, null);
      } else {
        int unused = kernel.write(another, one, 0, COUNTER); // first: a log may take its time
        Daemons.complain(Loop.class, BELL_IS_REPLACED, null);
        reportReplaced(another);
      }
    }
  }

  /** If that can be had: a listener may fail, and the caller is to go on. */
  private static void reportReplaced(int fd) {
    try {
      report(fd, BELL);
    } catch (RuntimeException | Error e) {
      // see above
    }
  }

  /** With another number, so that nobody takes it for the one that was missed. */
  private int hangAnother(int lowest) {
    int fd = NONE;
    while (true) {
      try {
        if (fd < 0) {
          fd = Descriptors.atLeast(kernel, lowest, kernel.eventfd());
        }
        if (fd >= 0 && control(Linux.EPOLL_CTL_ADD, fd, Linux.EPOLLIN, WAKE_UP) == 0) {
          return fd;
        }
        if (fd >= 0) {
          kernel.close(fd);
        }
        return NONE;
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory(); // nobody else would
      }
    }
  }

  // On its thread

  Region buffer() {
    return buffer;
  }

  @Override
  public void run() {
    Daemons.retainCurrentThread();
    long retry = SHORTEST_RETRY;
    while (true) {
      try {
        round();
        retry = SHORTEST_RETRY;
      } catch (RuntimeException | Error e) {
        // The system's trouble, or no memory for a moment; everybody is still to be served.
        Daemons.complain(Loop.class, "a round of the loop failed; it goes on", e);
        LockSupport.parkNanos(retry);
        retry =
            Math.min(
                2 * retry, LONGEST_RETRY); // if it never works again, that is told, not shouted
      }
    }
  }

  private void round() {
    int again = kept;
    kept = 0;
    for (int i = 0; i < again; i++) {
      dispatch(keptTokens[i], keptEvents[i]);
    }
    if (kept > 0) {
      Daemons.awaitMemory();
    }
    if (kept == MOST_EVENTS) {
      return;
    }
    boolean unrung = bell.get() == NONE;
    if (unrung || epollIsGone) {
      boolean unused = inbox.serve(Loop.class); // what stays is looked at again
    }
    int patience = unrung ? LOOK_MILLIS : -1;
    int count =
        epollIsGone
            ? -Linux.EBADF
            : kernel.epollWait(epoll, events, MOST_EVENTS - kept, kept == 0 ? patience : 0);
    if (count == -Linux.EBADF || count == -Linux.EINVAL) { // the latter is what a stranger's says
      epollIsGone = true;
      throw new IllegalStateException(
          "the epoll of the loop was closed by other code of this process ("
              + kernel.message(-count)
              + "); no exit is told any more");
    }
    if (count < 0 && count != -Linux.EINTR) {
      throw new IllegalStateException("epoll_wait: " + kernel.message(-count));
    }
    for (int i = 0; i < count; i++) {
      dispatch(Layout.token(events, i), Layout.events(events, i));
    }
  }

  private void dispatch(long token, int what) {
    try {
      if (token == WAKE_UP) {
        int rung = bell.get();
        if (rung != NONE && kernel.read(rung, counter, 0, COUNTER) == -Linux.EBADF) {
          missTheBell(rung);
        }
        if (!inbox.serve(Loop.class)) {
          keep(WAKE_UP, what);
        }
        return;
      }
      Handler handler = handlers.get(token);
      if (handler != null) {
        handler.ready(what);
      }
    } catch (OutOfMemoryError e) {
      keep(token, what);
    } catch (RuntimeException | Error e) {
      Daemons.complain(Loop.class, "the loop goes on after a failure", e);
    }
  }

  /** An event that lasts comes again while it is kept. */
  private void keep(long token, int what) {
    for (int i = 0; i < kept; i++) {
      if (keptTokens[i] == token) {
        keptEvents[i] |= what;
        return;
      }
    }
    keptTokens[kept] = token;
    keptEvents[kept] = what;
    kept++;
  }
}
