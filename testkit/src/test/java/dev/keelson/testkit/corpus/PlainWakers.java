/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import dev.keelson.testkit.Wakeups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.annotation.Nullable;

/** Wakers over a selector's own wake-up, a monitor, and a thread's permit. */
final class PlainWakers {

  private PlainWakers() {}

  /** Wakes by the selector alone. */
  abstract static class OfASelector implements Wakeups.Subject {
    final Selector selector;

    OfASelector() {
      try {
        selector = Litter.closeLater(Selector.open());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    final void select(Duration limit) throws IOException, InterruptedException {
      selector.select(limit.toMillis());
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /** Wrong: what has come up to here is gone. */
  static final class SelectsNow extends OfASelector {
    @Override
    public void wake() {
      selector.wakeup();
    }

    @Override
    public void await(Duration limit) throws Exception {
      PipeWaker.linger();
      selector.selectNow(); // to flush cancelled keys
      select(limit);
    }
  }

  /** Right. */
  static final class SelectsNowAndLooks extends OfASelector {
    private final AtomicBoolean flag = new AtomicBoolean();

    @Override
    public void wake() {
      flag.set(true);
      selector.wakeup();
    }

    @Override
    public void await(Duration limit) throws Exception {
      selector.selectNow();
      if (!flag.get()) {
        select(limit);
      }
      flag.set(false);
    }
  }

  /** Wrong: nobody remembers. */
  static final class Forgetful implements Wakeups.Subject {
    private final Object monitor = new Object();

    @Override
    @SuppressWarnings("NakedNotify") // the bug
    public void wake() {
      synchronized (monitor) {
        monitor.notifyAll();
      }
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // the bug
    public void await(Duration limit) throws InterruptedException {
      PipeWaker.linger();
      synchronized (monitor) {
        monitor.wait(limit.toMillis());
      }
    }
  }

  /** Right. */
  static final class Remembering implements Wakeups.Subject {
    private final Object monitor = new Object();
    private boolean woken;

    @Override
    public void wake() {
      synchronized (monitor) {
        woken = true;
        monitor.notifyAll();
      }
    }

    @Override
    public void await(Duration limit) throws InterruptedException {
      synchronized (monitor) {
        while (!woken) {
          monitor.wait(limit.toMillis());
        }
        woken = false;
      }
    }
  }

  /** Unparks whoever said that it sleeps. */
  abstract static class Parking implements Wakeups.Subject {
    final AtomicBoolean work = new AtomicBoolean();
    volatile @Nullable Thread sleeper;

    @Override
    public void wake() {
      work.set(true);
      LockSupport.unpark(sleeper);
    }

    final void park(Duration limit) throws InterruptedException {
      LockSupport.parkNanos(this, limit.toNanos());
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /** Wrong: work that comes after the look and before the announcement wakes nobody. */
  static final class LooksTooEarly extends Parking {
    @Override
    public void await(Duration limit) throws InterruptedException {
      if (!work.getAndSet(false)) {
        PipeWaker.linger();
        sleeper = Thread.currentThread();
        park(limit);
        sleeper = null;
      }
    }
  }

  /** Wrong: a log, a lock or a queue in between parks, too, and takes the permit. */
  static final class LosesItsPermit extends Parking {
    @Override
    public void await(Duration limit) throws InterruptedException {
      sleeper = Thread.currentThread();
      if (!work.getAndSet(false)) {
        PipeWaker.linger();
        LockSupport.parkNanos("a lock of somebody else's", 1);
        park(limit);
      }
    }
  }

  /** Right. */
  static final class LooksOnceMore extends Parking {
    @Override
    public void await(Duration limit) throws InterruptedException {
      sleeper = Thread.currentThread();
      while (!work.getAndSet(false)) {
        park(limit);
      }
    }
  }
}
