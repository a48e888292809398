/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.spawn.Inbox;
import dev.keelson.internal.threads.Daemons;
import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
   *
   * Where memory ends, a request stays in the queue and goes on later from where it was; a pipe whose bytes found no room is read no
   * more, and its read end hears of that as soon as there is memory to say so. A select that breaks off may have forgotten which
   * keys it was about to register with the system: before the next one all of them are registered anew.
   */

  private static final int BUFFER_BYTES = 64 * 1024;

  /** How many buffers one pipe may fill before the others get their turn. */
  private static final int READS_PER_TURN = 16;

  private final Selector selector;
  private final Inbox inbox = new Inbox();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

  /** The last round broke off. Used on the loop's thread alone. */
  private boolean broken;

  private IoLoop(Selector selector) {
    this.selector = selector;
  }

  /** Opens the selector and starts the thread; if that fails nothing is left open. */
  static IoLoop start() throws IOException {
    Set<String> before = Creations.observed() ? selectors() : Set.of();
    Selector selector = Selector.open();
    boolean started = false;
    try {
      IoLoop loop = new IoLoop(selector);
      Daemons.newThread("keelson-io", loop).start();
      started = true;
      if (Creations.observed()) {
        reportSelector(before);
      }
      return loop;
    } finally {
      if (!started) {
        Channels.closeQuietly(selector);
      }
    }
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

  /** Reads the pipe until its end of file, or until {@link Reading#cease}. */
  Reading read(OwnPipe pipe, Reader reader) {
    Reading reading = new Reading(pipe, reader);
    submit(reading.request);
    return reading;
  }

  private void submit(Inbox.Request request) {
    inbox.add(request);
    selector.wakeup();
  }

  @Override
  public void run() {
    Daemons.retainCurrentThread();
    while (true) {
      try {
        round();
        broken = false;
      } catch (IOException | RuntimeException | Error e) {
        // One pipe's trouble is dealt with in its turn. This is the selector's own, or a moment
        // without memory, and the other pipes are still to be read.
        if (!broken) {
          Daemons.complain(IoLoop.class, "reading from processes failed and goes on", e);
        }
        broken = true;
        Daemons.awaitMemory();
      }
    }
  }

  private void round() throws IOException {
    if (broken) {
      registerAnew();
    }
    if (inbox.isEmpty()) {
      selector.select();
    } else {
      selector.selectNow();
    }
    if (!inbox.serve(IoLoop.class)) {
      Daemons.awaitMemory();
    }
    // A copy: letGo() selects too, and what it finds is found again by the next select.
    List<SelectionKey> ready = List.copyOf(selector.selectedKeys());
    selector.selectedKeys().clear();
    for (SelectionKey key : ready) {
      if (key.isValid() && key.attachment() instanceof Reading reading) {
        reading.turn();
      }
    }
  }

  private void registerAnew() {
    for (SelectionKey key : selector.keys()) {
      if (key.isValid() && key.attachment() instanceof Reading reading && reading.key == key) {
        key.interestOps(0);
        key.interestOps(SelectionKey.OP_READ);
      }
    }
  }

  /** One pipe that is read, or was. */
  final class Reading {

    /*
     *   NEW -> READING -> OVER -> TOLD
     *
     * Each step is made on the loop's thread, by the request or by the selector, whichever comes, and begins with what an earlier
     * one had to leave for want of memory.
     */

    private final OwnPipe pipe;
    private final Reader reader;
    private final Inbox.Request request = new Inbox.Request(this::proceed);

    /** What was asked for; {@code residue} is written first. */
    private volatile boolean ceasing;

    private volatile boolean residue = true;

    private @Nullable SelectionKey key;
    private boolean over;
    private boolean endOfFile;
    private @Nullable Throwable trouble;
    private boolean told;

    Reading(OwnPipe pipe, Reader reader) {
      this.pipe = pipe;
      this.reader = reader;
    }

    /**
     * Stops reading the pipe if this still does; what is in it is handed over first if {@code
     * takeResidue}.
     */
    void cease(boolean takeResidue) {
      if (!takeResidue) {
        residue = false;
      }
      ceasing = true;
      submit(request);
    }

    private void proceed() {
      if (!over && key == null) {
        try {
          key = pipe.source().register(selector, SelectionKey.OP_READ, this);
        } catch (IOException | CancelledKeyException e) {
          ended(false, e);
        }
      }
      if (!over && ceasing) {
        stop();
      }
      tellIfOver();
    }

    private void turn() {
      try {
        for (int i = 0; i < READS_PER_TURN && !over; i++) {
          int count = read(BUFFER_BYTES);
          if (count < 0) {
            ended(true, null);
          } else if (count < BUFFER_BYTES) {
            break;
          }
        }
        tellIfOver();
      } catch (OutOfMemoryError e) {
        inbox.add(request);
      }
    }

    private void stop() {
      int left = 0;
      if (residue) {
        try {
          left = pipe.available();
        } catch (IOException cannotTell) {
          left = BUFFER_BYTES;
        }
      }
      while (left > 0 && !over) {
        int count = read(Math.min(left, BUFFER_BYTES));
        if (count <= 0) {
          break;
        }
        left -= count;
      }
      if (!over) {
        try {
          ended(atEndOfFile(), null);
        } catch (IOException e) {
          ended(false, e);
        }
      }
    }

    /**
     * Whether nobody writes any more; a byte that says otherwise is late by definition and lost.
     */
    private boolean atEndOfFile() throws IOException {
      buffer.clear().limit(1);
      return pipe.source().read(buffer) < 0;
    }

    /** Whatever fails here ends the reading: bytes may be lost. */
    private int read(int most) {
      try {
        buffer.clear().limit(most);
        int count = pipe.source().read(buffer);
        if (count > 0) {
          reader.read(buffer.flip());
        }
        return count;
      } catch (IOException | RuntimeException | Error e) {
        ended(false, e);
        return 0;
      }
    }

    private void ended(boolean endOfFileCame, @Nullable Throwable why) {
      over = true;
      endOfFile = endOfFileCame;
      trouble = why;
    }

    private void tellIfOver() {
      if (!over || told) {
        return;
      }
      IOException failure = failure();
      if (key != null) {
        letGo(key);
      }
      told = true;
      reader.ended(endOfFile, failure);
    }

    private @Nullable IOException failure() {
      if (trouble == null || trouble instanceof IOException) {
        return (IOException) trouble;
      }
      return new IOException("no room for the output of a process", trouble);
    }
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
