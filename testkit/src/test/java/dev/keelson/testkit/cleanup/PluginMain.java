/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.cleanup;

import dev.keelson.cleanup.CleanupRealm;
import dev.keelson.lock.ResettableLock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A plug-in: loaded by a loader of its own, it registers what its own statics hold. */
public final class PluginMain implements Runnable {

  private static final Object HELD = new Object();
  private static CleanupRealm realm;

  /** Opens a realm of its own, with an owner that its statics keep. */
  @Override
  public void run() {
    realm = CleanupRealm.named("plug-in");
    realm.register(HELD, new State(), State::release);
  }

  /** What a plug-in does in the end. */
  public static final class Stop implements Runnable {
    @Override
    public void run() {
      realm.close();
    }
  }

  /** Registers in the realm that everybody shares. */
  public static final class InShared implements Runnable {
    @Override
    public void run() {
      Consumer<State> action = State::release;
      CleanupRealm.shared().register(new Object(), new State(), action);
      CleanupRealm.shared().register(HELD, new State(), action).close();
    }
  }

  /** Takes a lock on a thread of a class of its own. */
  public static final class OnItsThread implements Runnable {
    @Override
    public void run() {
      Thread thread = new Worker();
      thread.start();
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static final class Worker extends Thread {
    @Override
    public void run() {
      ResettableLock lock = new ResettableLock();
      lock.lock();
      lock.unlock();
    }
  }

  /** Its state. */
  public static final class State {
    private final AtomicInteger releases = new AtomicInteger();

    void release() {
      releases.incrementAndGet();
    }
  }
}
