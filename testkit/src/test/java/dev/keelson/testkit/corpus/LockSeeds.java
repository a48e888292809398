/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import static dev.keelson.testkit.corpus.Seed.OWN;

import dev.keelson.lock.LockRegistry;
import dev.keelson.lock.ResettableLock;
import dev.keelson.testkit.LeakKind;
import dev.keelson.testkit.schedule.HastyLock;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** Locks that are not given back. */
final class LockSeeds {

  private static final LockRegistry BANK = LockRegistry.builder().name("bank").build();

  private LockSeeds() {}

  static List<Seed> all() {
    return List.of(
        Seed.of(
            "checks an argument between lock and try",
            "apache/druid#5858",
            held("giant", LockSeeds::checksInside, LockSeeds::checksBefore),
            "LOCK \"giant\" of registry bank: held by"),
        Seed.of(
            "returns early without an unlock",
            OWN,
            held("cache", LockSeeds::returnsEarly, LockSeeds::returnsInATry),
            "LOCK \"cache\" of registry bank: held by"),
        Seed.of(
            "locks twice and unlocks once",
            OWN,
            held(
                "ledger",
                lock -> {
                  lock.lock();
                  lock.lock();
                  lock.unlock();
                },
                lock -> {
                  lock.lock();
                  lock.lock();
                  lock.unlock();
                  lock.unlock();
                }),
            "LOCK \"ledger\" of registry bank: held by"),
        Seed.of(
            "takes a lock for a task that the executor then rejects",
            "SOLR-16127",
            held("core", LockSeeds::isRejected, LockSeeds::givesBackWhenRejected),
            "LOCK \"core\" of registry bank: held by"),
        Seed.of(
            "lets the owner of a lock die",
            "Ericsson/ecchronos#178",
            held(
                "lease",
                lock -> dies(lock::lock),
                lock ->
                    dies(
                        () -> {
                          lock.lock();
                          lock.unlock();
                        })),
            "LOCK \"lease\" of registry bank: held by \"mortal\""),
        Seed.of(
            "looks whether a lock is its own, and then stores that it is free",
            OWN,
            Trials.scheduled(HastyLock::wrong, HastyLock::right),
            "the lock is not mine any more",
            "hasty.unlocking"));
  }

  /** What uses a lock. */
  private interface User {
    void use(ResettableLock lock) throws Exception;
  }

  private static Trial held(String name, User wrong, User right) {
    return Trials.leaving(
        LeakKind.LOCK, () -> wrong.use(BANK.lock(name)), () -> right.use(BANK.lock(name)));
  }

  private static void checksInside(ResettableLock lock) {
    try {
      lock.lock();
      check(-1);
      try {
        BANK.size();
      } finally {
        lock.unlock();
      }
    } catch (IllegalArgumentException e) {
      // told the user
    }
  }

  private static void checksBefore(ResettableLock lock) {
    try {
      check(-1);
      lock.lock();
      try {
        BANK.size();
      } finally {
        lock.unlock();
      }
    } catch (IllegalArgumentException e) {
      // told the user
    }
  }

  private static void check(int amount) {
    if (amount < 0) {
      throw new IllegalArgumentException("amount is " + amount);
    }
  }

  private static void returnsEarly(ResettableLock lock) {
    lock.lock();
    if (BANK.size() > 0) {
      return;
    }
    lock.unlock();
  }

  private static void returnsInATry(ResettableLock lock) {
    lock.lock();
    try {
      if (BANK.size() > 0) {
        return;
      }
      BANK.size();
    } finally {
      lock.unlock();
    }
  }

  private static ExecutorService closed() {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    pool.shutdown();
    return pool;
  }

  private static void isRejected(ResettableLock lock) {
    lock.lock();
    try {
      closed().execute(lock::unlock);
    } catch (RejectedExecutionException e) {
      // told the user
    }
  }

  private static void givesBackWhenRejected(ResettableLock lock) {
    lock.lock();
    try {
      closed().execute(lock::unlock);
    } catch (RejectedExecutionException e) {
      lock.unlock();
    }
  }

  private static void dies(Runnable last) throws InterruptedException {
    Thread owner = new Thread(last, "mortal");
    owner.start();
    owner.join();
  }
}
