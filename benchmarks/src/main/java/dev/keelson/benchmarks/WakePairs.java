/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.wake.Waker;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Ways for a thread to wait and for another one to wake it. */
final class WakePairs {

  /** One thread's place. */
  interface Place extends AutoCloseable {
    void wake() throws Exception;

    /** Returns once woken. */
    void await() throws Exception;

    @Override
    void close() throws IOException;
  }

  /** Makes one for the thread that will wait. */
  interface Maker {
    Place make() throws Exception;
  }

  private WakePairs() {}

  static Map<String, Maker> all() {
    Map<String, Maker> all = new LinkedHashMap<>();
    all.put(Side.KEELSON, () -> new OfWaker(Waker.create(), () -> {}));
    all.put("keelson-on-selector", WakePairs::onSelector);
    try {
      Waker.onDescriptor().close();
      all.put("keelson-on-descriptor", () -> new OfWaker(Waker.onDescriptor(), () -> {}));
    } catch (UnsupportedOperationException | IOException without) {
      System.err.println("no descriptor: " + without.getMessage());
    }
    all.put("Selector", OfSelector::new);
    all.put("park", OfPark::new);
    return all;
  }

  private static Place onSelector() throws IOException {
    Selector selector = Selector.open();
    return new OfWaker(Waker.on(selector), selector);
  }

  private record OfWaker(Waker waker, Closeable beside) implements Place {
    @Override
    public void wake() {
      waker.wake();
    }

    @Override
    public void await() throws InterruptedException {
      waker.await();
    }

    @Override
    public void close() throws IOException {
      waker.close();
      beside.close();
    }
  }

  private static final class OfSelector implements Place {
    private final Selector selector;

    OfSelector() throws IOException {
      selector = Selector.open();
    }

    @Override
    public void wake() {
      selector.wakeup();
    }

    @Override
    public void await() throws IOException {
      selector.select();
    }

    @Override
    public void close() throws IOException {
      selector.close();
    }
  }

  /** The least that is right: a flag beside the permit, which belongs to everybody. */
  private static final class OfPark implements Place {
    private volatile Thread owner = Thread.currentThread();
    private volatile boolean woken;

    @Override
    public void wake() {
      woken = true;
      LockSupport.unpark(owner);
    }

    @Override
    public void await() {
      owner = Thread.currentThread();
      while (!woken) {
        LockSupport.park();
      }
      woken = false;
    }

    @Override
    public void close() {}
  }
}
