/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A pipe whose reading end is a key in somebody else's selector: that one's loop does the sleeping.
 */
final class KeyTransport implements Transport {

  /*
   * Both ends are non-blocking: in blocking mode a write by an interrupted thread would close the pipe. A full pipe is a byte
   * that is there, which is all that is wanted.
   */

  private final Pipe pipe;
  private final SelectionKey key;
  private final ByteBuffer read = ByteBuffer.allocateDirect(64);

  /** The byte for one writer at a time, so that a wake allocates nothing... */
  private final ByteBuffer written = ByteBuffer.allocateDirect(1);

  /** ...and whether one is at it: a second one, a stalled one's successor, takes a copy. */
  private final AtomicBoolean writing = new AtomicBoolean();

  private KeyTransport(Pipe pipe, SelectionKey key) {
    this.pipe = pipe;
    this.key = key;
  }

  /** Opens the pipe and registers it; leaves nothing behind if that fails. */
  static KeyTransport open(Selector selector) throws IOException {
    Pipe pipe = Pipe.open();
    try {
      pipe.sink().configureBlocking(false);
      pipe.source().configureBlocking(false);
      return new KeyTransport(pipe, pipe.source().register(selector, SelectionKey.OP_READ));
    } catch (IOException | RuntimeException | Error e) {
      close(pipe);
      throw e;
    }
  }

  SelectionKey key() {
    return key;
  }

  @Override
  public void enter() {}

  @Override
  public boolean sleep(long nanos, WakeProtocol protocol) {
    throw new IllegalStateException("the selector's own loop sleeps");
  }

  @Override
  public void rouse() throws IOException {
    try {
      write();
    } catch (IOException e) {
      wakeSelector(); // the loop is told in the second best way, and the caller of what happened
      throw e;
    }
  }

  private void write() throws IOException {
    if (writing.compareAndSet(false, true)) {
      try {
        pipe.sink().write(written.clear());
      } finally {
        writing.set(false);
      }
    } else {
      pipe.sink().write(written.duplicate().clear());
    }
  }

  private void wakeSelector() {
    try {
      key.selector().wakeup();
    } catch (ClosedSelectorException gone) {
      // so is its loop
    }
  }

  @Override
  public void leave() {}

  /** One read: there is one byte for each token taken, and a few of stalled writers at most. */
  @Override
  public void drain() throws IOException {
    pipe.source().read(read.clear());
  }

  /** The key is cancelled; its descriptor goes when the selector next selects, so it is woken. */
  @Override
  public void release() {
    close(pipe);
    wakeSelector();
  }

  private static void close(Pipe pipe) {
    try (Pipe.SourceChannel source = pipe.source()) {
      pipe.sink().close();
    } catch (IOException e) {
      // there is nothing left to close
    }
  }
}
