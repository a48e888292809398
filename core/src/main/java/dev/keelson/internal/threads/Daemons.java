/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.threads;

import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import javax.annotation.Nullable;

/**
 * Where every thread of Keelson's comes from. Safe for use by multiple threads; starts nothing
 * until asked.
 *
 * <p>Each thread is a platform daemon of normal priority in the system's group, without a context
 * class loader and without inherited thread locals, so that a pooled thread keeps neither an
 * application's loader or group nor a request's context alive, whoever made it.
 */
public final class Daemons {

  private static final long IDLE_SECONDS = 5;
  private static final int MOST_TRIES = 50;
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  static {
    // Returns at once: what is linked the first time takes memory, which awaitMemory must not.
    LockSupport.parkNanos(0);
  }

  private static final AtomicBoolean RESERVING = new AtomicBoolean();

  private static volatile @Nullable Reserve reserve;

  private Daemons() {}

  /**
   * A new thread, not yet started, that lives as long as {@code body} runs.
   *
   * <p>Before JDK 24 a thread keeps the protection domains, and so the class loaders, of everybody
   * on the stack that made it, security manager or not: hence the privilege, which ends that stack
   * here.
   */
  @SuppressWarnings({
    "removal", // does no more than run its argument where it is without use
    "ThreadPriorityCheck" // else it would be the maker's, which may be a signal's
  })
  public static Thread newThread(String name, Runnable body) {
    PrivilegedAction<Thread> make =
        () -> {
          Thread thread = new Daemon(body, name);
          thread.setDaemon(true);
          thread.setPriority(Thread.NORM_PRIORITY);
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

  /** Makes what {@link #insist} may need, if that can be had. Takes no time the second time. */
  public static void prepare() {
    if (reserve == null && RESERVING.compareAndSet(false, true)) { // against others who start
      try {
        if (reserve == null) {
          reserve = new Reserve();
        }
      } catch (OutOfMemoryError noThreadCanBeHad) {
        // the next one may have more luck
      } finally {
        RESERVING.set(false);
      }
    }
  }

  /**
   * Runs a task that may take a while and cannot be left undone: on a worker, or where no thread
   * can be had on one that was made for this, after others. Only if that is not there either, it
   * runs on this thread.
   */
  public static void insist(Runnable task) {
    try {
      workers().execute(task);
    } catch (OutOfMemoryError noThreadCanBeHad) {
      Reserve made = reserve;
      if (made == null) {
        task.run();
      } else {
        made.take(task);
      }
    }
  }

  /**
   * Runs short tasks at their time, one after the other; its thread ends when it has had nothing to
   * do.
   */
  public static ScheduledExecutorService timer() {
    return Timer.EXECUTOR;
  }

  /** Says that the calling thread, one of Keelson's, is kept for the whole JVM and is no leak. */
  public static void retainCurrentThread() {
    if (Thread.currentThread() instanceof Daemon daemon) {
      daemon.retain();
    }
  }

  /**
   * Says what nobody can be thrown, if that can be said: there may be no memory for it, and a log's
   * handlers are somebody else's. The thread is worth more than the message.
   *
   * @param speaker whose package the logger is named for, which is looked up only now: the first to
   *     ask for one has the JVM choose its log manager, and a program that only starts a process
   *     must not have that done for it
   */
  public static void complain(Class<?> speaker, String what, @Nullable Throwable e) {
    try {
      System.getLogger(speaker.getPackageName()).log(System.Logger.Level.WARNING, what, e);
    } catch (Throwable again) {
      // see above
    }
  }

  /** Lets a moment pass before what found no memory is tried again. Takes none. */
  public static void awaitMemory() {
    LockSupport.parkNanos(RETRY_NANOS);
  }

  /** The same for what may need more than will ever be there: throws {@code e} in the end. */
  public static void awaitMemory(int tries, OutOfMemoryError e) {
    if (tries >= MOST_TRIES) {
      throw e;
    }
    awaitMemory();
  }

  private static Runnable retained(Runnable body) {
    return () -> {
      retainCurrentThread();
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
            if (thread instanceof Daemon daemon) {
              daemon.reuse();
            }
          }

          @Override
          protected void afterExecute(Runnable task, @Nullable Throwable failure) {
            retainCurrentThread();
          }
        };
  }

  private static final class Timer {
    static final ScheduledThreadPoolExecutor EXECUTOR = create();

    /**
     * A worker that ends for want of memory finds none for its successor either, and the executor
     * would not make one before it is given another task.
     */
    private static Runnable replaced(Runnable worker) {
      return () -> {
        try {
          worker.run();
        } finally {
          replace();
        }
      };
    }

    private static void replace() {
      while (!EXECUTOR.getQueue().isEmpty()) {
        try {
          EXECUTOR.prestartCoreThread(); // does nothing where there is one
          return;
        } catch (OutOfMemoryError e) {
          awaitMemory();
        }
      }
    }

    private static ScheduledThreadPoolExecutor create() {
      ScheduledThreadPoolExecutor timer =
          new ScheduledThreadPoolExecutor(
              1, body -> newThread("keelson-timer", retained(replaced(body)))) {
            @Override
            public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
              prestartCoreThread(); // fails before the task is queued, where nobody could cancel it
              return super.schedule(task, delay, unit);
            }
          };
      timer.setRemoveOnCancelPolicy(true);
      timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
      timer.allowCoreThreadTimeOut(true);
      return timer;
    }
  }

  /**
   * Reports its beginning and its end. What cannot be reported, because there is no memory or
   * because a listener's class could not be loaded without, is not: others rely on the thread, and
   * a start that succeeded has to be one.
   */
  private static final class Daemon extends Thread {
    /** Initialized by whoever makes a thread: the thread itself may find no memory for that. */
    private static final boolean OBSERVED = Creations.observed();

    private static final Creation.Kind KIND = Creation.Kind.THREAD;

    private static final @Nullable ThreadGroup SYSTEM = system();

    private final Supplier<String> label = this::getName;

    /** The thread's own. */
    private @Nullable Creation creation;

    Daemon(Runnable body, String name) {
      super(SYSTEM, body, name, 0, false);
    }

    private static @Nullable ThreadGroup system() {
      ThreadGroup group = Thread.currentThread().getThreadGroup();
      for (ThreadGroup parent = group; parent != null; parent = parent.getParent()) {
        group = parent;
      }
      return group;
    }

    @Override
    public void run() {
      if (!OBSERVED) {
        super.run();
        return;
      }
      try {
        creation = Creations.created(KIND, getId(), label);
      } catch (Error e) {
        // see above
      }
      try {
        super.run();
      } finally {
        end();
      }
    }

    private void end() {
      try {
        Creations.ended(creation);
      } catch (Error e) {
        // see above
      }
    }

    void retain() {
      try {
        Creations.retained(creation);
      } catch (Error e) {
        // see above
      }
    }

    void reuse() {
      try {
        creation = Creations.reused(creation);
      } catch (Error e) {
        // see above
      }
    }
  }
}
