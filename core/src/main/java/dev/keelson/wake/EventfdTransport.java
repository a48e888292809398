/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.Region;
import dev.keelson.internal.threads.Daemons;
import dev.keelson.internal.threads.Durations;
import dev.keelson.internal.threads.VirtualThreads;
import java.io.IOException;
import javax.annotation.Nullable;

/**
 * Sleeps in {@code ppoll} on a descriptor of its own. A virtual thread parks instead: it would
 * occupy its carrier.
 */
final class EventfdTransport implements Transport {

  /*
   * The counter carries no data: a full one is a wake-up that is there, which is all that is wanted. It is read once a sleep, and
   * only if the poll found it ready, before the token is taken. An interrupt ends the poll by the same descriptor, through the
   * protocol, which counts the interrupting thread as one in flight: it may come late, when the descriptor would be closed else.
   * Where there is no memory for a write it is repeated for a while: the token is there, and nobody else rouses.
   */

  private static final int COUNTER = 8;
  private static final int READ = 0;
  private static final int WRITTEN = 8;

  static {
    // Loaded now: where there is no memory for a call there is none to load it with.
    Daemons.workers();
  }

  private final Kernel kernel;
  private final int fd;
  private final Region counters;
  private final ParkTransport park = new ParkTransport();

  /** Set by {@link #attach} before the first use, then never again. */
  private @Nullable InterruptHook hook;

  /** Plain, as the sleeper of a {@link ParkTransport}. */
  private boolean parks;

  private EventfdTransport(Kernel kernel, int fd, Region counters) {
    this.kernel = kernel;
    this.fd = fd;
    this.counters = counters;
  }

  /** Opens the descriptor, and makes each call once: none is tried for the first time in a wait. */
  static EventfdTransport open(Kernel kernel) throws IOException {
    Region counters = kernel.allocate(2 * COUNTER);
    counters.bytes().putLong(WRITTEN, 1);
    int fd = kernel.eventfd();
    if (fd < 0) {
      throw new IOException("no descriptor for a waker: " + why(kernel, -fd));
    }
    boolean done = false;
    try {
      EventfdTransport opened = new EventfdTransport(kernel, fd, counters);
      opened.rouse();
      opened.poll(0);
      done = true;
      return opened;
    } finally {
      if (!done) {
        kernel.close(fd);
      }
    }
  }

  /** In words of our own where there may be no descriptor left to load others with. */
  private static String why(Kernel kernel, int errno) {
    return switch (errno) {
      case Linux.EMFILE -> "this process has too many files open";
      case Linux.ENFILE -> "the system has too many files open";
      default -> kernel.message(errno);
    };
  }

  /** Tells it whom an interrupt concerns. */
  void attach(WakeProtocol protocol) {
    hook = new InterruptHook(() -> protocol.nudge(this));
  }

  @Override
  public void enter() {
    parks = VirtualThreads.isVirtual(Thread.currentThread());
    if (parks) {
      park.enter();
    }
  }

  @Override
  public boolean sleep(long nanos, WakeProtocol protocol) throws IOException {
    if (parks) {
      return park.sleep(nanos, protocol);
    }
    InterruptHook during = hook;
    if (nanos == 0 || during == null) {
      poll(0);
      return false;
    }
    during.enter();
    try {
      if (!protocol.isPending()) {
        poll(nanos >= Durations.NEVER ? -1 : nanos);
      }
    } finally {
      during.leave();
    }
    return false;
  }

  /** Waits for the counter, and sets it to zero. */
  private void poll(long nanos) throws IOException {
    int found = kernel.poll(fd, Linux.POLLIN, nanos);
    if (found == -Linux.EINTR || found == 0) {
      return; // the protocol looks at the clock, and sleeps again
    }
    if (found < 0 || (found & Linux.POLLNVAL) != 0) {
      throw lost(found < 0 ? -found : Linux.EBADF);
    }
    int read = kernel.read(fd, counters, READ, COUNTER);
    if (read < 0 && read != -Linux.EAGAIN && read != -Linux.EINTR) {
      throw lost(-read);
    }
  }

  @Override
  public void rouse() throws IOException {
    if (parks) {
      park.rouse();
      return;
    }
    int written;
    do {
      written = write();
    } while (written == -Linux.EINTR);
    if (written < 0 && written != -Linux.EAGAIN) {
      throw lost(-written);
    }
  }

  private int write() {
    for (int tries = 0; ; tries++) {
      try {
        return kernel.write(fd, counters, WRITTEN, COUNTER);
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory(tries, e);
      }
    }
  }

  private IOException lost(int errno) {
    return new IOException(
        "descriptor "
            + fd
            + " of a waker cannot be used ("
            + kernel.message(errno)
            + "); somebody else has closed it");
  }

  @Override
  public void leave() {
    park.leave();
  }

  @Override
  public void release() {
    kernel.close(fd);
  }
}
