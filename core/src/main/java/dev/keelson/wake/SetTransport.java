/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import dev.keelson.internal.threads.Durations;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import javax.annotation.Nullable;

/**
 * Parks until the first channel comes, and selects from then on. Its sleep says that something is
 * ready when a channel is, or when {@code ready} says so.
 */
final class SetTransport implements Transport {

  /*
   * The selector appears while the owner may be parked, and while a rouse may have looked for it and not found it. So whoever brings
   * it publishes it first and then rouses in both ways; and a rouse that found none unparks, and looks again. The owner that goes on
   * to select reads the selector after it was published, so the bringer's wake-up ends that select, or the one before it: and then
   * the owner looks at the word again, where the token of any rouse that missed the selector has been all along.
   */

  private final ParkTransport park = new ParkTransport();
  private final BooleanSupplier ready;
  private final ReentrantLock opening = new ReentrantLock();
  private volatile @Nullable Selector selector;
  private volatile boolean released;

  SetTransport(BooleanSupplier ready) {
    this.ready = ready;
  }

  /** The selector, opened if there is none yet. */
  Selector selector() throws IOException {
    Selector there = selector;
    if (there != null) {
      return there;
    }
    opening.lock();
    try {
      there = selector;
      if (there == null) {
        if (released) {
          throw new IllegalStateException("the set is closed");
        }
        there = Selector.open();
        selector = there;
      }
    } finally {
      opening.unlock();
    }
    rouse();
    return there;
  }

  @Nullable
  Selector opened() {
    return selector;
  }

  @Override
  public void enter() {
    park.enter();
  }

  @Override
  public boolean sleep(long nanos, WakeProtocol protocol) throws IOException {
    if (ready.getAsBoolean()) {
      selectNow();
      return true;
    }
    Selector channels = selector;
    if (channels == null) {
      park.sleep(nanos, protocol);
    } else if (nanos <= 0 || protocol.isPending()) {
      channels.selectNow();
    } else if (nanos >= Durations.NEVER) {
      channels.select();
    } else {
      channels.select(Durations.roundedUpMillis(nanos));
    }
    return ready.getAsBoolean() || (channels != null && !channels.selectedKeys().isEmpty());
  }

  private void selectNow() throws IOException {
    Selector channels = selector;
    if (channels != null) {
      channels.selectNow();
    }
  }

  @Override
  public void rouse() {
    park.rouse();
    Selector channels = selector;
    if (channels != null) {
      channels.wakeup();
    }
  }

  @Override
  public void leave() {
    park.leave();
  }

  /** Cancels every key first, so that the channels may be put back into blocking mode at once. */
  @Override
  public void release() {
    opening.lock();
    try (Selector channels = selector) {
      released = true;
      if (channels != null) {
        for (SelectionKey key : channels.keys()) {
          key.cancel();
        }
      }
    } catch (IOException e) {
      // there is nothing left to close
    } finally {
      opening.unlock();
    }
  }
}
