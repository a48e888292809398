/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import static dev.keelson.testkit.corpus.Seed.OWN;
import static java.time.Duration.ofSeconds;

import dev.keelson.lock.ResettableLock;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.Body;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Threads that wait for each other, or for the dead. */
final class DeadlockSeeds {

  private DeadlockSeeds() {}

  static List<Seed> all() {
    return List.of(
        Seed.of(
            "takes two locks in either order",
            "google/guava#2048",
            Trials.hanging(() -> transfers(false), () -> transfers(true)),
            "DEADLOCK over",
            "current, which \"teller-2\" has",
            "savings, which \"teller-1\" has",
            "DeadlockSeeds.cross"),
        Seed.of(
            "waits for a lock whose owner has died",
            "redis/lettuce#3804",
            Trials.hanging(() -> waitsForTheDead(false), () -> waitsForTheDead(true)),
            "ABANDONED over",
            "\"writer\"",
            "\"reader\""),
        Seed.of(
            "takes two locks in either order, at times that never meet",
            "google/guava#2042",
            Trials.ordering(
                registry -> {
                  both(registry.lock("a"), registry.lock("b"));
                  both(registry.lock("b"), registry.lock("a"));
                },
                registry -> {
                  both(registry.lock("a"), registry.lock("b"));
                  both(registry.lock("a"), registry.lock("b"));
                }),
            "held b, asked for a",
            "DeadlockSeeds.both"),
        Seed.of(
            "takes every lock before a fork, in the order of registration",
            "bpo-36533",
            Trials.ordering(
                registry -> {
                  both(registry.lock("outer"), registry.lock("inner")); // handlers are chained so
                  all(registry.lock("inner"), registry.lock("outer")); // and registered so
                },
                registry -> {
                  both(registry.lock("outer"), registry.lock("inner"));
                  all(registry.lock("outer"), registry.lock("inner"));
                }),
            "held inner, asked for outer",
            "DeadlockSeeds.all"),
        Seed.of(
                "waits in a callback for the loop that runs it",
                "brettwooldridge/NuProcess#100",
                Trials.ending(
                    () -> () -> onTheLoop(pool -> pool.submit(() -> "late").get()),
                    () -> () -> onTheLoop(pool -> pool.submit(() -> "late"))),
                "2 of 2 bodies were not done",
                "DeadlockSeeds.onTheLoop")
            .inWholeRuns(),
        Seed.of(
                "asks for the write lock while it has the read lock",
                "quarkusio/quarkus#35136",
                Trials.ending(() -> upgrade(false), () -> upgrade(true)),
                "2 of 2 bodies were not done",
                "DeadlockSeeds")
            .inWholeRuns(),
        Seed.of(
            "calls a listener that waits for a thread which needs the lock",
            OWN,
            Trials.hanging(() -> tellsUnderALock(true), () -> tellsUnderALock(false)),
            "DEADLOCK over",
            "inbox, which \"subscriber\" has",
            "topic, which \"publisher\" has"));
  }

  private static void both(ResettableLock first, ResettableLock second) {
    first.lock();
    try {
      second.lock();
      second.unlock();
    } finally {
      first.unlock();
    }
  }

  private static void all(ResettableLock... locks) {
    for (ResettableLock lock : locks) {
      lock.lock();
    }
    for (ResettableLock lock : locks) {
      lock.unlock();
    }
  }

  // Circles. All waits are interruptible, so that the corpus survives them.

  private static void transfers(boolean inOneOrder) throws Exception {
    ResettableLock savings = ResettableLock.builder().name("savings").build();
    ResettableLock current = ResettableLock.builder().name("current").build();
    CountDownLatch both = new CountDownLatch(inOneOrder ? 0 : 2);
    Thread one = Litter.start("teller-1", () -> cross(savings, current, both));
    Thread two =
        Litter.start(
            "teller-2",
            () -> cross(inOneOrder ? savings : current, inOneOrder ? current : savings, both));
    if (inOneOrder) {
      one.join();
      two.join();
    } else {
      Await.within(ofSeconds(30))
          .until("both wait", () -> current.hasQueuedThread(one) && savings.hasQueuedThread(two));
    }
  }

  private static void cross(ResettableLock first, ResettableLock second, CountDownLatch both) {
    first.lock();
    try {
      both.countDown();
      both.await();
      second.lockInterruptibly();
      second.unlock();
    } catch (InterruptedException e) {
      // swept away
    } finally {
      first.unlock();
    }
  }

  private static void waitsForTheDead(boolean unlocks) throws Exception {
    ReentrantLock lock = new ReentrantLock();
    Thread writer =
        new Thread(
            () -> {
              lock.lock();
              if (unlocks) {
                lock.unlock();
              }
            },
            "writer");
    writer.start();
    writer.join();
    Thread reader =
        Litter.start(
            "reader",
            () -> {
              try {
                lock.lockInterruptibly();
                lock.unlock();
              } catch (InterruptedException e) {
                // swept away
              }
            });
    Await.within(ofSeconds(30))
        .until(
            "it waits or is done",
            () ->
                !reader.isAlive()
                    || (lock.hasQueuedThread(reader) && reader.getState() == Thread.State.WAITING));
  }

  private static void tellsUnderALock(boolean under) throws Exception {
    ResettableLock topic = ResettableLock.builder().name("topic").build();
    ResettableLock inbox = ResettableLock.builder().name("inbox").build();
    CountDownLatch both = new CountDownLatch(under ? 2 : 0);
    Thread publisher =
        Litter.start(
            "publisher",
            () -> {
              if (under) {
                cross(topic, inbox, both);
              } else {
                cross(topic, ResettableLock.builder().build(), both);
                cross(inbox, ResettableLock.builder().build(), both);
              }
            });
    Thread subscriber = Litter.start("subscriber", () -> cross(inbox, topic, both));
    if (under) {
      Await.within(ofSeconds(30))
          .until(
              "both wait",
              () -> inbox.hasQueuedThread(publisher) && topic.hasQueuedThread(subscriber));
    } else {
      publisher.join();
      subscriber.join();
    }
  }

  // Hangs that no lock shows

  /** A callback of a loop with one thread. */
  private interface Callback {
    void call(ExecutorService loop) throws Exception;
  }

  private static void onTheLoop(Callback callback) throws Exception {
    ExecutorService loop = Executors.newSingleThreadExecutor();
    try {
      loop.submit(
              () -> {
                callback.call(loop);
                return "done";
              })
          .get();
    } finally {
      loop.shutdownNow();
    }
  }

  private static Body upgrade(boolean downgradesFirst) {
    ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    return () -> {
      Lock read = lock.readLock();
      read.lock();
      if (downgradesFirst) {
        read.unlock();
      }
      lock.writeLock().lockInterruptibly();
      lock.writeLock().unlock();
    };
  }
}
