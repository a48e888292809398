/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import dev.keelson.internal.threads.Daemons;
import dev.keelson.internal.threads.StackRoom;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import javax.annotation.Nullable;

/**
 * The registrations that also run when the JVM exits, and the shutdown hook that runs them: latest
 * mark first, on one thread, until the time is up. Safe for use by multiple threads.
 */
final class ExitActions {

  /*
   * A mark is put down here first and then at the registration, if that is still in; a registration that is taken out looks whether
   * it is marked, and is forgotten here. Whichever of the two is second leaves nothing here.
   *
   * The hook is there only while something is marked: it would keep Keelson's class loader for good.
   */

  private static final long LIMIT_MILLIS = Long.getLong("keelson.cleanup.exitMillis", 5_000);

  private static final ReentrantLock LOCK = new ReentrantLock();

  // Guarded by LOCK.
  private static final NavigableMap<Long, Entry<?>> BY_ORDER = new TreeMap<>();
  private static final Map<Entry<?>, Long> ORDERS = new HashMap<>();
  private static long next;
  private static @Nullable Thread hook;

  /** What runs at this moment of the exit. */
  private static volatile @Nullable Entry<?> current;

  private ExitActions() {}

  /**
   * Marks a registration for the exit, or takes the mark away.
   *
   * @param marker notes it at the registration; returns whether that is still in
   */
  static void mark(Entry<?> entry, boolean run, Predicate<Boolean> marker) {
    StackRoom.ensure();
    LOCK.lock();
    try {
      if (run && !ORDERS.containsKey(entry)) {
        add(entry);
      }
      if (!marker.test(run) || !run) {
        remove(entry);
      }
    } finally {
      LOCK.unlock();
    }
  }

  private static void add(Entry<?> entry) {
    try {
      ORDERS.put(entry, next);
      BY_ORDER.put(next++, entry);
      install();
    } catch (Throwable e) { // no memory: the next try is to find it unmarked
      remove(entry);
      throw e;
    }
  }

  /** It is over. */
  static void forget(Entry<?> entry) {
    try {
      StackRoom.ensure();
    } catch (StackOverflowError noRoom) {
      return; // the exit finds that it is over; the action, which is next, matters more
    }
    LOCK.lock();
    try {
      remove(entry);
    } finally {
      LOCK.unlock();
    }
  }

  private static void remove(Entry<?> entry) {
    Long order = ORDERS.remove(entry);
    if (order != null) {
      BY_ORDER.remove(order);
    }
    if (ORDERS.isEmpty() && hook != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
        hook = null;
      } catch (IllegalStateException exiting) {
        // then it runs
      }
    }
  }

  private static void install() {
    if (hook == null) {
      Thread thread = Daemons.newThread("keelson-cleanup-hook", ExitActions::atExit);
      try {
        Runtime.getRuntime().addShutdownHook(thread);
        hook = thread;
      } catch (IllegalStateException exitingAlready) {
        // If our hook runs, it comes to this mark; if nothing was marked in time, nothing runs.
      }
    }
  }

  /** The hook: leaves the actions to a thread of their own, because one of them may block. */
  private static void atExit() {
    Thread runner;
    try {
      runner = Daemons.newThread("keelson-cleanup-exit", ExitActions::runAll);
      runner.start();
    } catch (OutOfMemoryError noThreadCanBeHad) {
      runAll(); // here, for as long as it takes
      return;
    }
    boolean unused = joined(runner);
    List<String> left = left();
    if (!left.isEmpty()) {
      complain(runner, left);
    }
  }

  private static boolean joined(Thread runner) {
    try {
      runner.join(Math.max(1, LIMIT_MILLIS));
    } catch (InterruptedException e) {
      // of a hook: nobody waits longer than it has to
    }
    return !runner.isAlive();
  }

  private static void runAll() {
    for (Entry<?> entry = takeLatest(); entry != null; entry = takeLatest()) {
      try {
        boolean unused = entry.clean();
      } catch (Throwable e) { // other languages throw what they like
        Daemons.complain(ExitActions.class, "a cleanup action failed at exit", e);
      }
      current = null;
    }
  }

  private static @Nullable Entry<?> takeLatest() {
    LOCK.lock();
    try {
      Map.Entry<Long, Entry<?>> latest = BY_ORDER.pollLastEntry();
      if (latest == null) {
        return null;
      }
      ORDERS.remove(latest.getValue());
      current = latest.getValue();
      return latest.getValue();
    } finally {
      LOCK.unlock();
    }
  }

  /** What did not run, or not to its end, in the order in which it would have run. */
  private static List<String> left() {
    LOCK.lock();
    try {
      List<String> left = new ArrayList<>();
      Entry<?> running = current;
      if (running != null) {
        left.add(running.describe() + " (still running)");
      }
      BY_ORDER.descendingMap().values().forEach(entry -> left.add(entry.describe()));
      return left;
    } finally {
      LOCK.unlock();
    }
  }

  /** Loggers are closed by hooks of their own: what comes last goes to standard error. */
  private static void complain(Thread runner, List<String> left) {
    StringBuilder text = new StringBuilder("Keelson: after ").append(LIMIT_MILLIS);
    text.append(" ms of exit ").append(left.size()).append(" cleanup actions have not run:");
    left.forEach(line -> text.append("\n  ").append(line));
    for (StackTraceElement frame : runner.getStackTrace()) {
      text.append("\n    at ").append(frame);
    }
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    err.println(text);
  }
}
