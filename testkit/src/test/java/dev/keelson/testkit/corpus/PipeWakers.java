/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import dev.keelson.testkit.Wakeups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Wakers over a pipe. */
final class PipeWakers {

  private PipeWakers() {}

  /** Wrong: who is woken by the byte finds no flag, and sleeps on with the byte eaten. */
  static final class ByteFirst extends PipeWaker {
    private final AtomicBoolean flag = new AtomicBoolean();

    @Override
    public void wake() throws IOException {
      write();
      linger();
      flag.set(true);
    }

    @Override
    public void await(Duration limit) throws Exception {
      do {
        sleep(limit);
        drain();
      } while (!flag.getAndSet(false));
    }
  }

  /** Right. */
  static class FlagFirst extends PipeWaker {
    private final AtomicBoolean flag = new AtomicBoolean();

    @Override
    public void wake() throws IOException {
      flag.set(true);
      write();
    }

    @Override
    public void await(Duration limit) throws Exception {
      do {
        sleep(limit);
        drain();
      } while (!flag.getAndSet(false));
    }
  }

  /** One byte for any number of wakes, as long as the flag is set. */
  abstract static class Coalescing extends PipeWaker {
    final AtomicBoolean pending = new AtomicBoolean();

    @Override
    public void wake() throws IOException {
      if (pending.compareAndSet(false, true)) {
        write();
      }
    }
  }

  /** Wrong: a wake after the last look relied on the flag, wrote nothing, and is cleared. */
  static final class ClearsBeforeSleep extends Coalescing {
    @Override
    public void await(Duration limit) throws Exception {
      linger();
      pending.set(false);
      sleep(limit);
      drain();
    }
  }

  /** Right. */
  static final class ClearsAfterDrain extends Coalescing {
    @Override
    public void await(Duration limit) throws Exception {
      sleep(limit);
      drain();
      pending.set(false);
    }
  }

  /** Wrong: writes with its interrupt status set into a channel that blocks. */
  static final class BlockingSink implements Wakeups.Subject, AutoCloseable {
    private final Pipe pipe;

    BlockingSink() {
      try {
        pipe = Pipe.open();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Litter.closeLater(this);
    }

    @Override
    public void wake() throws IOException {
      Thread.currentThread().interrupt(); // somebody wants it to stop
      try {
        int unused = pipe.sink().write(ByteBuffer.allocate(1));
      } finally {
        Thread.interrupted();
      }
    }

    @Override
    public void await(Duration limit) throws IOException {
      int unused = pipe.source().read(ByteBuffer.allocate(64));
    }

    @Override
    public void close() throws IOException {
      pipe.sink().close();
      pipe.source().close();
    }
  }

  /** Wrong: keeps its interrupt for later, so that no select blocks any more. */
  static final class Spinning extends FlagFirst {
    @Override
    public void await(Duration limit) throws IOException {
      Thread.currentThread().interrupt(); // once would do
      selector.select(limit.toMillis());
      selector.selectedKeys().clear();
      drain();
    }
  }
}
