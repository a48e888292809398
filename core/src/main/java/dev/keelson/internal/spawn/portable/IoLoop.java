/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.threads.Daemons;
import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.annotation.Nullable;

/**
 * The one thread that reads, for the whole JVM, every pipe whose bytes go to memory. It is started
 * by the first such pipe and lives as long as the JVM, as a daemon. No user code runs on it.
 */
final class IoLoop implements Runnable {

  /*
   * A pipe is handed over by queueing a request and waking the selector: state first, wake-up last. The selector's wake-up is
   * latched, but any select erases it, also the selectNow of letGo(): so the loop looks at the queue before each select and blocks
   * only if it is empty. A request queued after that look finds a latch that nobody erases any more. From then on only this thread touches the pipe's key and reads its channel,
   * until it has told the read end that the reading is over.
   *
   * A pipe that goes back to the pool must not be registered any more when its next user takes it: the key is cancelled and the
   * cancellation carried out (selectNow) before the read end hears of the end.
   */

  private static final int BUFFER_BYTES = 64 * 1024;

  /** How many buffers one pipe may fill before the others get their turn. */
  private static final int READS_PER_TURN = 16;

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final System.Logger LOGGER = System.getLogger(IoLoop.class.getPackageName());

  private final Selector selector;
  private final Queue<Runnable> requests = new ConcurrentLinkedQueue<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

  private IoLoop(Selector selector) {
    this.selector = selector;
  }

  /** Opens the selector and starts the thread. */
  static IoLoop start() throws IOException {
    Set<String> before = Creations.observed() ? selectors() : Set.of();
    IoLoop loop = new IoLoop(Selector.open());
    if (Creations.observed()) {
      reportSelector(before);
    }
    Daemons.newThread("keelson-io", loop).start();
    return loop;
  }

  /**
   * Reports the selector's descriptors as kept for the whole JVM; of another selector that was
   * opened at the same moment too, which only a leak check would ever notice.
   */
  private static void reportSelector(Set<String> before) {
    for (String descriptor : selectors()) {
      if (!before.contains(descriptor)) {
        Creations.retained(
            Creations.created(
                Creation.Kind.DESCRIPTOR,
                Long.parseLong(descriptor),
                () -> "selector of the thread that reads"));
      }
    }
  }

  private static Set<String> selectors() {
    File directory = new File("/proc/self/fd");
    String[] names = directory.list();
    Set<String> found = new HashSet<>();
    for (String name : names == null ? new String[0] : names) {
      try {
        String target = Files.readSymbolicLink(new File(directory, name).toPath()).toString();
        if (target.equals("anon_inode:[eventpoll]") || target.equals("anon_inode:[eventfd]")) {
          found.add(name);
        }
      } catch (IOException closedMeanwhile) {
        // such as the one the list was made with
      }
    }
    return found;
  }

  /** What the loop reads for. Its methods run on the loop's thread. */
  interface Reader {
    /** Bytes from the pipe. */
    void read(ByteBuffer bytes);

    /** The reading is over and the loop has let go of the pipe. */
    void ended(boolean endOfFile, @Nullable IOException failure);
  }

  /** Reads the pipe until its end of file, or until {@link #cease}. */
  void read(OwnPipe pipe, Reader reader) {
    submit(
        () -> {
          try {
            pipe.source().register(selector, SelectionKey.OP_READ, reader);
          } catch (IOException | CancelledKeyException e) {
            reader.ended(false, e instanceof IOException io ? io : new IOException(e));
          }
        });
  }

  /**
   * Stops reading the pipe if this reader still does; what is in it is handed over first if {@code
   * residue}.
   */
  void cease(OwnPipe pipe, Reader reader, boolean residue) {
    submit(
        () -> {
          SelectionKey key = pipe.source().keyFor(selector);
          // The pipe may have ended, been pooled and been taken by another reader meanwhile: that
          // one is left alone.
          if (key != null && key.isValid() && key.attachment() == reader) {
            int left = 0;
            if (residue) {
              try {
                left = pipe.available();
              } catch (IOException cannotTell) {
                left = BUFFER_BYTES;
              }
            }
            drainResidue(key, pipe, reader, left);
          }
        });
  }

  private void submit(Runnable request) {
    requests.add(request);
    selector.wakeup();
  }

  @Override
  public void run() {
    Daemons.retainCurrentThread();
    while (true) {
      try {
        if (requests.isEmpty()) {
          selector.select();
        } else {
          selector.selectNow();
        }
        for (Runnable request = requests.poll(); request != null; request = requests.poll()) {
          request.run();
        }
        // A copy: letGo() selects too, and what it finds is found again by the next select.
        List<SelectionKey> ready = List.copyOf(selector.selectedKeys());
        selector.selectedKeys().clear();
        for (SelectionKey key : ready) {
          if (key.isValid() && key.attachment() instanceof Reader reader) {
            turn(key, reader);
          }
        }
      } catch (IOException | RuntimeException e) {
        // One pipe's trouble is dealt with in its turn. This is the selector's own, and the other
        // pipes are still to be read.
        LOGGER.log(System.Logger.Level.WARNING, "reading from processes failed and goes on", e);
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  private void turn(SelectionKey key, Reader reader) {
    try {
      for (int i = 0; i < READS_PER_TURN; i++) {
        int count = read(key, reader, BUFFER_BYTES);
        if (count < 0) {
          letGo(key);
          reader.ended(true, null);
          return;
        }
        if (count < BUFFER_BYTES) {
          return;
        }
      }
    } catch (IOException e) {
      letGo(key);
      reader.ended(false, e);
    } catch (RuntimeException | OutOfMemoryError e) {
      letGo(key);
      reader.ended(false, new IOException("no room for the output of a process", e));
    }
  }

  private void drainResidue(SelectionKey key, OwnPipe pipe, Reader reader, int residue) {
    boolean endOfFile = false;
    IOException failure = null;
    try {
      int left = residue;
      while (left > 0) {
        int count = read(key, reader, Math.min(left, BUFFER_BYTES));
        if (count <= 0) {
          endOfFile = count < 0;
          break;
        }
        left -= count;
      }
      endOfFile |= atEndOfFile(pipe);
    } catch (IOException e) {
      failure = e;
    }
    letGo(key);
    reader.ended(endOfFile, failure);
  }

  /** Whether nobody writes any more; a byte that says otherwise is late by definition and lost. */
  private boolean atEndOfFile(OwnPipe pipe) throws IOException {
    buffer.clear().limit(1);
    return pipe.source().read(buffer) < 0;
  }

  private int read(SelectionKey key, Reader reader, int most) throws IOException {
    buffer.clear().limit(most);
    int count = ((Pipe.SourceChannel) key.channel()).read(buffer);
    if (count > 0) {
      reader.read(buffer.flip());
    }
    return count;
  }

  private void letGo(SelectionKey key) {
    key.cancel();
    try {
      selector.selectNow();
    } catch (IOException e) {
      // The key is cancelled all the same; a pipe whose key is not gone is refused by its next
      // register and reported there.
    }
  }
}
