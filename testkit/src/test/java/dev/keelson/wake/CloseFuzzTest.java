/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.internal.threads.Durations;
import dev.keelson.testkit.stress.Size;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Wakes, waits and closes at the same moment, over a descriptor that tells when it is used by
 * somebody who has not heard that it was closed and belongs to somebody else by now.
 */
@Tag("process")
@Timeout(3_600)
class CloseFuzzTest {

  /**
   * As the system has it: a number is closed and given out again at once, as another generation.
   */
  private static final class Descriptor {
    final AtomicInteger generation = new AtomicInteger();
    final AtomicInteger strays = new AtomicInteger();
  }

  /** Parks; each touch is checked against the generation it was opened in. */
  private static final class Checked implements Transport {
    private final ParkTransport park = new ParkTransport();
    private final Descriptor descriptor;
    private final int generation;

    Checked(Descriptor descriptor) {
      this.descriptor = descriptor;
      generation = descriptor.generation.get();
    }

    private void touch() {
      if (descriptor.generation.get() != generation) {
        descriptor.strays.incrementAndGet();
      }
    }

    @Override
    public void enter() {
      park.enter();
    }

    @Override
    public boolean sleep(long nanos, WakeProtocol protocol) {
      touch();
      boolean ready = park.sleep(nanos, protocol);
      touch();
      return ready;
    }

    @Override
    public void rouse() {
      touch();
      park.rouse();
      touch();
    }

    @Override
    public void leave() {
      park.leave();
    }

    @Override
    public void release() {
      touch();
      descriptor.generation.incrementAndGet();
    }
  }

  @Test
  void shouldNotTouchADescriptorAfterItWasClosed() throws Exception {
    int rounds = Size.of(50_000, 1_000_000);
    Descriptor descriptor = new Descriptor();
    WakeProtocol[] current = new WakeProtocol[1];
    AtomicInteger round = new AtomicInteger();
    AtomicIntegerArray arrived = new AtomicIntegerArray(3 * 16);
    FutureTask<?>[] others = new FutureTask<?>[3];
    for (int i = 0; i < 3; i++) {
      int me = i;
      others[i] =
          new FutureTask<>(
              () -> {
                SplittableRandom random = new SplittableRandom(me);
                for (int r = 1; r <= rounds; r++) {
                  while (round.get() < r) {
                    Thread.yield();
                  }
                  for (int spin = random.nextInt(60); spin > 0; spin--) {
                    Thread.onSpinWait();
                  }
                  act(me, current[0]);
                  arrived.set(me * 16, r);
                }
                return null;
              });
      Thread thread = new Thread(others[i], "fuzz-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    for (int r = 1; r <= rounds; r++) {
      Checked transport = new Checked(descriptor);
      WakeProtocol protocol = new WakeProtocol(transport);
      current[0] = protocol;
      round.set(r);
      for (int waits = 0;
          !protocol.await(transport, Durations.NEVER, null, true, false).isClosed(); ) {
        assertTrue(++waits <= 2, "two wakes end two waits at most");
      }
      for (int i = 0; i < 3; i++) {
        while (arrived.get(i * 16) < r) {
          Thread.yield();
        }
      }
      assertEquals(r, descriptor.generation.get(), "closed once");
    }
    for (FutureTask<?> task : others) {
      task.get(10, TimeUnit.SECONDS);
    }
    assertEquals(0, descriptor.strays.get());
  }

  private static void act(int who, WakeProtocol protocol) {
    if (who == 2) {
      protocol.close();
    } else {
      protocol.wake(1 << who);
    }
  }
}
