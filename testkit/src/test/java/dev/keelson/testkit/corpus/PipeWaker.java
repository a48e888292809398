/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import dev.keelson.testkit.Wakeups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** The parts of wakers that write a byte into a pipe; what to do with them is the variant's. */
abstract class PipeWaker implements Wakeups.Subject, AutoCloseable {

  private final Pipe pipe;
  final Selector selector;

  PipeWaker() {
    try {
      pipe = Pipe.open();
      pipe.sink().configureBlocking(false);
      pipe.source().configureBlocking(false);
      selector = Selector.open();
      pipe.source().register(selector, SelectionKey.OP_READ);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Litter.closeLater(this);
  }

  /** A full pipe is ready to be read anyway. */
  void write() throws IOException {
    int unused = pipe.sink().write(ByteBuffer.allocate(1));
  }

  /** Sleeps until there is something to be read. */
  void sleep(Duration limit) throws IOException, InterruptedException {
    selector.select(limit.toMillis());
    selector.selectedKeys().clear();
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  void drain() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(64);
    while (pipe.source().read(buffer.clear()) > 0) {
      // until it is empty
    }
  }

  /** Makes a window that is there anyway a little wider, and now and then much wider. */
  static void linger() {
    if (ThreadLocalRandom.current().nextInt(32) == 0) {
      LockSupport.parkNanos(1_000_000); // on a busy machine the other one comes late
    }
    for (int i = 0; i < 500; i++) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() throws IOException {
    pipe.sink().close();
    pipe.source().close();
    selector.close();
  }
}
