/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.Region;
import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import java.util.concurrent.atomic.AtomicInteger;
import javax.annotation.Nullable;

/**
 * Our end of a pipe as a descriptor that never blocks. It belongs to one party at a time, which
 * alone uses and closes it; its owners say how that is kept. The other end's open file is another
 * one, so that the child's reads and writes block as it expects.
 */
final class PipeEnd {

  /** For whoever once wrote more than a pipe holds; the user's allowance lasts for many of it. */
  private static final int GROWN = 256 * 1024;

  /**
   * For whoever writes {@link #MUCH}. All that users without privileges get together is 64 MiB
   * (fs.pipe-user-pages-soft), and beyond that each new pipe of theirs holds next to nothing: hence
   * no more than a few.
   */
  private static final int LARGE = 1024 * 1024;

  private static final int MOST_LARGE = 8;
  private static final int MUCH = 4 * LARGE;

  /** How many of this JVM's are large. */
  private static final AtomicInteger LARGE_ONES = new AtomicInteger();

  private final Kernel kernel;
  private final Loop loop;
  private final int fd;
  private final @Nullable Creation creation;

  /** Null while it is not registered. */
  private @Nullable Long token;

  private int capacity = Regions.SIZE;
  private long total;
  private boolean isLarge;

  PipeEnd(Kernel kernel, Loop loop, int fd, String name) {
    this.kernel = kernel;
    this.loop = loop;
    this.fd = fd;
    creation = Creations.created(Creation.Kind.DESCRIPTOR, fd, () -> name);
  }

  /** Zero is the end of file; an error is its number with the sign changed. */
  int read(Region target, int length) {
    int count = kernel.read(fd, target, 0, length);
    if (count > 0) {
      total += count;
      if (capacity < GROWN ? count >= capacity : capacity < LARGE && total >= MUCH) {
        grow();
      }
    }
    return count;
  }

  /** Whoever writes to it waits for us more often than it must. */
  private void grow() {
    if (capacity < GROWN) {
      capacity = GROWN; // refused or not, it is not tried again
    } else {
      capacity = LARGE;
      isLarge = LARGE_ONES.incrementAndGet() <= MOST_LARGE;
      if (!isLarge) {
        LARGE_ONES.decrementAndGet();
        return;
      }
    }
    int answer = kernel.fcntl(fd, Linux.F_SETPIPE_SZ, capacity);
    assert answer != -Linux.EBADF;
  }

  int write(Region source, int length) {
    return kernel.write(fd, source, 0, length);
  }

  /** Waits for bytes or their end, deaf to everything else; zero if neither came in that time. */
  int poll(long nanos) {
    return kernel.poll(fd, Linux.POLLIN, nanos);
  }

  int available() {
    return kernel.available(fd);
  }

  /** Has the loop tell the handler. */
  int arm(int events, Loop.Handler handler) {
    Long known = token;
    if (known != null) {
      return loop.rearm(fd, events, known);
    }
    Long fresh = loop.newToken();
    token = fresh; // before the first event, whose handler may close this
    int answer = -1;
    try {
      answer = loop.register(fresh, fd, events, handler);
      return answer;
    } finally {
      if (answer < 0) { // or there was no memory for the call
        token = null;
        loop.forget(fresh);
      }
    }
  }

  /** Forgets the handler, so that another can be armed. */
  void disarm() {
    Long known = token;
    if (known != null) {
      token = null;
      loop.deregister(fd, known);
    }
  }

  void close() {
    disarm();
    if (isLarge) {
      LARGE_ONES.decrementAndGet();
    }
    Creations.ended(creation);
    Descriptors.close(kernel, fd);
  }
}
