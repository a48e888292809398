/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.soak;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.internal.linux.Kernels;
import dev.keelson.wake.InterruptibleIo;
import dev.keelson.wake.IoCancelledException;
import dev.keelson.wake.Waker;
import dev.keelson.wake.Wakeup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/** Owners of wakers of every kind, which answer each wake, and reads that a wake cancels. */
final class WakeLoad implements Load {

  private static final int WAKES = 200;

  /** A waker, its owner, and how often the one was woken and the other has seen it. */
  static final class Pair {
    final Thread owner = new Thread(this::answer, "soak-owner");
    private final Waker waker;
    private final Semaphore turn = new Semaphore(1);
    private volatile long woken;
    private volatile long seen;

    Pair(Waker waker) {
      this.waker = waker;
      owner.start();
    }

    private void answer() {
      try {
        for (Wakeup why = waker.await(); !why.isClosed(); why = waker.await()) {
          seen = woken;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void wake(Random random, Duration lost) {
      for (int i = random.nextInt(WAKES); i >= 0; i--) {
        long mine = woken + 1;
        woken = mine;
        waker.wake(1 << random.nextInt(31));
        long sent = System.nanoTime();
        while (seen < mine) {
          if (System.nanoTime() - sent > lost.toNanos()) {
            throw new AssertionError("a wake-up is lost: " + waker + ", " + waker.stats());
          }
          Thread.yield();
        }
        LockSupport.parkNanos(random.nextInt(3) == 0 ? random.nextInt(50_000) : 0);
      }
    }
  }

  private final Duration lost;
  private final Selector selector = Selector.open();
  final List<Pair> pairs = new ArrayList<>();

  /** A wake that nobody has seen so long after it is lost. */
  WakeLoad(Duration lost) throws IOException {
    this.lost = lost;
    pairs.add(new Pair(Waker.create()));
    pairs.add(new Pair(Waker.on(selector)));
    if (Kernels.whyNot().isEmpty()) {
      pairs.add(new Pair(Waker.onDescriptor()));
    }
  }

  @Override
  public void turn(Random random) throws Exception {
    Pair pair = pairs.get(random.nextInt(pairs.size()));
    if (pair.turn.tryAcquire()) {
      try {
        pair.wake(random, lost);
      } finally {
        pair.turn.release();
      }
    } else {
      cancelARead(random);
    }
  }

  private void cancelARead(Random random) throws Exception {
    Pipe pipe = Pipe.open();
    try (Pipe.SourceChannel source = pipe.source();
        Pipe.SinkChannel sink = pipe.sink();
        Waker waker = Waker.create();
        InterruptibleIo io = InterruptibleIo.with(waker)) {
      ByteBuffer buffer = ByteBuffer.allocate(8);
      long pause = MICROSECONDS.toNanos(random.nextInt(300));
      Thread cancelling =
          new Thread(
              () -> {
                LockSupport.parkNanos(pause);
                waker.wake(1);
              },
              "soak-cancels");
      cancelling.start();
      assertThrows(IoCancelledException.class, () -> io.read(source, buffer, lost));
      cancelling.join();
      assertTrue(waker.tryTake().has(1));
      sink.write(ByteBuffer.wrap(new byte[] {7}));
      assertEquals(1, io.read(source, buffer, lost), "the channel is as open as before");
    }
  }

  @Override
  public void audit() throws Exception {
    for (Pair pair : pairs) {
      pair.waker.close();
      pair.owner.join(lost.toMillis());
      assertTrue(!pair.owner.isAlive(), "an owner waits after its waker was closed");
    }
    selector.close();
  }
}
