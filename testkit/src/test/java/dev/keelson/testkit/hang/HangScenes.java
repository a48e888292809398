/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hang;

import dev.keelson.lock.LockRegistry;
import dev.keelson.lock.ResettableLock;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** How each of the programs comes to hang. */
final class HangScenes {

  private HangScenes() {}

  private static ResettableLock ours(String name) {
    return LockRegistry.global().lock(name);
  }

  private static void waiters(int count, Lock lock) {
    for (int i = 1; i <= count; i++) {
      Threads.platform("bystander-" + i, lock::lock);
    }
  }

  private static void dies(Threads.Body body) throws InterruptedException {
    Thread culprit = Threads.platform("culprit", body);
    culprit.join();
  }

  private static void sleepForever() throws InterruptedException {
    Thread.sleep(Long.MAX_VALUE);
  }

  // ---- abandoned

  static void ownerEnded() throws Exception {
    ReentrantLock lock = new ReentrantLock();
    dies(lock::lock);
    waiters(3, lock);
  }

  static void ownerOverflowed() throws Exception {
    ReentrantLock lock = new ReentrantLock();
    while (!lock.isLocked()) {
      dies(
          () -> {
            try {
              recurse(lock, 0);
            } catch (StackOverflowError e) {
              // The program goes on, as far as it knows.
            }
          });
    }
    waiters(1, lock);
  }

  private static void recurse(Lock lock, int depth) {
    lock.lock();
    try {
      if (depth < Integer.MAX_VALUE) {
        recurse(lock, depth + 1);
      }
    } finally {
      lock.unlock();
    }
  }

  static void deadWriterRead() throws Exception {
    ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    dies(lock.writeLock()::lock);
    waiters(2, lock.readLock());
  }

  /** Nobody queues for the lock, so nothing heals it: its waiter waits for a signal. */
  static void signallerDied() throws Exception {
    ResettableLock lock = ours("mailbox");
    Condition filled = lock.newCondition();
    Threads.platform(
        "bystander",
        () -> {
          lock.lock();
          filled.awaitUninterruptibly();
        });
    while (true) {
      lock.lock();
      try {
        if (lock.hasWaiters(filled)) {
          break;
        }
      } finally {
        lock.unlock();
      }
    }
    dies(lock::lock);
  }

  static void pollingForTheDead() throws Exception {
    ResettableLock lock = ours("polled");
    dies(lock::lock);
    Threads.platform(
        "bystander",
        () -> {
          while (lock.isLocked()) {
            Thread.sleep(1);
          }
        });
  }

  // ---- circles

  /** Takes something and does the rest while it has it. */
  private interface Taker {
    void with(Threads.Body rest) throws Exception;
  }

  private static Taker of(Lock lock) {
    return rest -> {
      lock.lock();
      rest.run();
    };
  }

  private static Taker monitor() {
    Object monitor = new Object();
    return rest -> {
      synchronized (monitor) {
        rest.run();
      }
    };
  }

  private interface Starter {
    Thread start(String name, Threads.Body body);
  }

  private static void circle(List<Starter> starters, Taker... takers) {
    CountDownLatch all = new CountDownLatch(takers.length);
    for (int i = 0; i < takers.length; i++) {
      Taker mine = takers[i];
      Taker next = takers[(i + 1) % takers.length];
      starters
          .get(i % starters.size())
          .start(
              "culprit-" + (i + 1),
              () ->
                  mine.with(
                      () -> {
                        all.countDown();
                        all.await();
                        next.with(HangScenes::sleepForever);
                      }));
    }
  }

  private static final List<Starter> PLATFORM = List.of(Threads::platform);

  static void twoLocks() {
    circle(PLATFORM, of(ours("a")), of(ours("b")));
    waiters(1, ours("a"));
  }

  static void twoJdkLocks() {
    circle(PLATFORM, of(new ReentrantLock()), of(new ReentrantLock()));
  }

  static void threeLocks() {
    circle(PLATFORM, of(ours("a")), of(ours("b")), of(ours("c")));
    waiters(2, ours("b"));
  }

  static void threeMixedLocks() {
    circle(PLATFORM, of(ours("a")), of(new ReentrantLock()), of(ours("c")));
  }

  static void monitorAndLock() {
    circle(PLATFORM, monitor(), of(ours("b")));
  }

  static void twoMonitors() {
    circle(PLATFORM, monitor(), monitor());
  }

  static void twoLocksVirtual() {
    circle(List.of(Threads::virtual), of(ours("a")), of(ours("b")));
  }

  static void virtualAndPlatform() {
    circle(List.of(Threads::virtual, Threads::platform), of(ours("a")), of(ours("b")));
  }

  // ---- held for long

  private static void hold(Starter starter, Taker taker, Threads.Body rest)
      throws InterruptedException {
    CountDownLatch held = new CountDownLatch(1);
    starter.start(
        "culprit",
        () ->
            taker.with(
                () -> {
                  held.countDown();
                  rest.run();
                }));
    held.await();
  }

  static void virtualLongHold() throws Exception {
    hold(Threads::virtual, of(ours("cache")), HangScenes::sleepForever);
    for (int i = 1; i <= 3; i++) {
      Threads.virtual("bystander-" + i, () -> ours("cache").lock());
    }
  }

  static void longRead() throws Exception {
    ServerSocket nobodyCalls = new ServerSocket(0);
    hold(Threads::platform, of(ours("connection")), nobodyCalls::accept);
    waiters(3, ours("connection"));
  }

  static void longMonitor() throws Exception {
    Taker monitor = monitor();
    hold(Threads::platform, monitor, HangScenes::sleepForever);
    for (int i = 1; i <= 2; i++) {
      Threads.platform("bystander-" + i, () -> monitor.with(() -> {}));
    }
  }

  /** Most wait for the one in the middle, who is not to blame. */
  static void behindAnother() throws Exception {
    hold(Threads::platform, of(ours("root")), HangScenes::sleepForever);
    Threads.platform("bystander-middle", () -> of(ours("middle")).with(() -> ours("root").lock()));
    while (!ours("middle").isLocked()) {
      Thread.sleep(1);
    }
    waiters(5, ours("middle"));
  }

  // ---- nobody in the way

  private static ExecutorService pool() {
    return Executors.newFixedThreadPool(
        1,
        task -> {
          Thread thread = new Thread(task, "culprit");
          thread.setDaemon(true);
          return thread;
        });
  }

  static void poolWaitsForItself() {
    ExecutorService pool = pool();
    pool.submit(() -> pool.submit(() -> "done").get());
  }

  static void poolJoinsItself() {
    ExecutorService pool = pool();
    pool.execute(() -> CompletableFuture.supplyAsync(() -> "done", pool).join());
  }

  static void poolWaitsWithLock() throws Exception {
    ExecutorService pool = pool();
    CountDownLatch held = new CountDownLatch(1);
    pool.submit(
        () -> {
          ours("ledger").lock();
          held.countDown();
          return pool.submit(() -> "done").get();
        });
    held.await();
    waiters(2, ours("ledger"));
  }

  /** For a JVM with one carrier. */
  static void starvedHandOff() throws Exception {
    ResettableLock lock = ours("baton");
    lock.lock();
    Thread next = Threads.virtual("bystander", lock::lock);
    while (!lock.hasQueuedThread(next)) {
      Thread.sleep(1);
    }
    CountDownLatch spinning = new CountDownLatch(1);
    Threads.virtual("culprit", () -> spin(spinning));
    spinning.await();
    lock.unlock();
  }

  private static void spin(CountDownLatch spinning) {
    spinning.countDown();
    while (true) {
      Thread.onSpinWait();
    }
  }

  static void healthy() {
    // Fair, as nobody starves then.
    List<ResettableLock> locks = List.of(new ResettableLock(true), new ResettableLock(true));
    for (int i = 1; i <= 3; i++) {
      Threads.platform(
          "bystander-" + i,
          () -> {
            while (true) {
              for (ResettableLock lock : locks) {
                lock.lock();
                try {
                  Thread.sleep(1);
                } finally {
                  lock.unlock();
                }
              }
            }
          });
    }
  }
}
