/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.threads;

import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.annotation.Nullable;

/**
 * Where every thread of Keelson's comes from. Safe for use by multiple threads; starts nothing
 * until asked.
 *
 * <p>Each thread is a platform daemon without a context class loader and without inherited thread
 * locals, so that a pooled thread keeps neither an application's loader nor a request's context
 * alive.
 */
public final class Daemons {

  private static final long IDLE_SECONDS = 5;

  private Daemons() {}

  /**
   * A new thread, not yet started, that lives as long as {@code body} runs.
   *
   * <p>Before JDK 24 a thread keeps the protection domains, and so the class loaders, of everybody
   * on the stack that made it, security manager or not: hence the privilege, which ends that stack
   * here.
   */
  @SuppressWarnings("removal") // does no more than run its argument where it is without use
  public static Thread newThread(String name, Runnable body) {
    PrivilegedAction<Thread> make =
        () -> {
          Thread thread = new Thread(null, new Reported(body), name, 0, false);
          thread.setDaemon(true);
          thread.setContextClassLoader(null);
          return thread;
        };
    return AccessController.doPrivileged(make);
  }

  /**
   * Runs tasks that may block for as long as they like, each at once on a thread of its own; a
   * thread that is done is kept for {@value #IDLE_SECONDS} seconds.
   */
  public static Executor workers() {
    return Workers.POOL;
  }

  /**
   * Runs short tasks at their time, one after the other; its thread ends when it has had nothing to
   * do.
   */
  public static ScheduledExecutorService timer() {
    return Timer.EXECUTOR;
  }

  /** What is reported of the calling thread, if it is one of Keelson's and anybody listens. */
  static @Nullable Creation currentCreation() {
    return Reported.CURRENT.get();
  }

  private static Runnable retained(Runnable body) {
    return () -> {
      Creations.retained(currentCreation());
      body.run();
    };
  }

  private static ThreadFactory numbered(String prefix) {
    AtomicLong count = new AtomicLong();
    // Kept from the beginning: one that replaces another, whose task failed, may find no task.
    return body -> newThread(prefix + count.incrementAndGet(), retained(body));
  }

  private static final class Workers {
    static final ThreadPoolExecutor POOL =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            numbered("keelson-worker-")) {
          @Override
          protected void beforeExecute(Thread thread, Runnable task) {
            Reported.CURRENT.set(Creations.reused(Reported.CURRENT.get()));
          }

          @Override
          protected void afterExecute(Runnable task, @Nullable Throwable failure) {
            Creations.retained(Reported.CURRENT.get());
          }
        };
  }

  private static final class Timer {
    static final ScheduledThreadPoolExecutor EXECUTOR = create();

    private static ScheduledThreadPoolExecutor create() {
      ScheduledThreadPoolExecutor timer =
          new ScheduledThreadPoolExecutor(1, body -> newThread("keelson-timer", retained(body)));
      timer.setRemoveOnCancelPolicy(true);
      timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
      timer.allowCoreThreadTimeOut(true);
      return timer;
    }
  }

  /** A thread's body that reports the thread's beginning and end. */
  private static final class Reported implements Runnable {
    static final ThreadLocal<Creation> CURRENT = new ThreadLocal<>();

    private final Runnable body;

    Reported(Runnable body) {
      this.body = body;
    }

    @Override
    public void run() {
      Thread thread = Thread.currentThread();
      CURRENT.set(Creations.created(Creation.Kind.THREAD, thread.getId(), thread::getName));
      try {
        body.run();
      } finally {
        Creations.ended(CURRENT.get());
        CURRENT.remove();
      }
    }
  }

  /** Says that the calling thread, one of Keelson's, is kept for the whole JVM and is no leak. */
  public static void retainCurrentThread() {
    Creations.retained(currentCreation());
  }
}
