/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.testkit.Body;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Bodies that run at the same time, each on a daemon thread of its own. Safe for use by multiple
 * threads.
 */
public final class Crowd {

  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final CountDownLatch go = new CountDownLatch(1);
  private final CountDownLatch done;

  private Crowd(int size) {
    done = new CountDownLatch(size);
  }

  /** Starts them together. */
  public static Crowd start(String name, List<Body> bodies) {
    Crowd crowd = new Crowd(bodies.size());
    for (Body body : bodies) {
      Thread thread = new Thread(() -> crowd.run(body), name + (crowd.threads.size() + 1));
      thread.setDaemon(true);
      crowd.threads.add(thread);
    }
    crowd.threads.forEach(Thread::start);
    crowd.go.countDown();
    return crowd;
  }

  private void run(Body body) {
    try {
      go.await();
      body.run();
    } catch (Throwable e) {
      failures.add(e);
    } finally {
      done.countDown();
    }
  }

  /** Waits for all; whether they were done in time. */
  public boolean await(Duration limit) throws InterruptedException {
    return done.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** How many there are. */
  public int size() {
    return threads.size();
  }

  /** Those that are not done. */
  public List<Thread> alive() {
    return threads.stream().filter(Thread::isAlive).toList();
  }

  /** Asks those that are not done to end. */
  public void interrupt() {
    if (done.getCount() > 0) {
      alive().forEach(Thread::interrupt);
    }
  }

  /** What those threw that are done. */
  public List<Throwable> failures() {
    return List.copyOf(failures);
  }
}
