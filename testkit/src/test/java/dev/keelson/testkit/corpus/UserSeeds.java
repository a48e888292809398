/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import static dev.keelson.testkit.corpus.Seed.OWN;

import dev.keelson.testkit.LeakKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What programs forget that use nothing but the JDK. */
final class UserSeeds {

  private static final List<Runnable> LISTENERS = new CopyOnWriteArrayList<>();
  private static final ThreadLocal<Object> LOCAL = new ThreadLocal<>();

  private UserSeeds() {}

  static List<Seed> all() {
    return List.of(
        Seed.of(
            "counts the files of a directory and leaves it open",
            "hiero-ledger/hiero-consensus-node#16947",
            Trials.leaving(
                LeakKind.DESCRIPTOR,
                () -> {
                  long unused = Litter.closeLater(Files.list(Path.of("/dev"))).count();
                },
                () -> {
                  try (Stream<Path> files = Files.list(Path.of("/dev"))) {
                    long unused = files.count();
                  }
                }),
            "/dev"),
        Seed.of(
            "leaves a server's socket open",
            "eclipse-vertx/vert.x#5944",
            Trials.leaving(
                LeakKind.DESCRIPTOR, () -> Litter.closeLater(server()), () -> server().close()),
            "socket:["),
        Seed.of(
            "closes a channel that is a key, and never selects again",
            OWN,
            Trials.leaving(
                LeakKind.DESCRIPTOR,
                () -> closesAKey(Litter.closeLater(Selector.open())),
                () -> {
                  try (Selector selector = Selector.open()) {
                    closesAKey(selector);
                    selector.selectNow();
                  }
                }),
            "pipe:["),
        Seed.of(
            "leaves a pool running",
            "apache/kafka#13956",
            Trials.leaving(
                LeakKind.THREAD,
                () -> {
                  ExecutorService pool = pool();
                  Litter.closeLater(pool::shutdownNow);
                },
                () -> pool().shutdown()),
            "\"corpus-pool\""),
        Seed.of(
            "leaves a timer for each request",
            OWN,
            Trials.leaving(
                LeakKind.THREAD, () -> Litter.closeLater(timer()::cancel), () -> timer().cancel()),
            "\"corpus-timer\""),
        Seed.of(
            "closes a pool by shutdown() while a task waits for ever",
            OWN,
            Trials.leaving(
                LeakKind.THREAD,
                () -> {
                  ExecutorService pool = busy();
                  Litter.closeLater(pool::shutdownNow);
                  pool.shutdown();
                },
                () -> busy().shutdownNow()),
            "\"corpus-pool\"",
            "CountDownLatch.await"),
        Seed.of(
            "leaves a temporary directory",
            OWN,
            Trials.leaving(
                LeakKind.FILE,
                () -> {
                  Path dir = Files.createTempDirectory("corpus-4731-");
                  Litter.closeLater(() -> Files.delete(dir));
                },
                () -> Files.delete(Files.createTempDirectory("corpus-4731-"))),
            "corpus-4731-",
            "directory"),
        Seed.of(
            "adds a listener and never removes it",
            OWN,
            Trials.collected(
                () -> {
                  Window window = new Window();
                  window.listen();
                  Litter.closeLater(LISTENERS::clear);
                  return window;
                },
                () -> {
                  Window window = new Window();
                  LISTENERS.remove(window.listen());
                  return window;
                }),
            "UserSeeds.LISTENERS",
            "captures argument 1",
            "UserSeeds$Window"),
        Seed.of(
            "leaves a thread local set on a thread of a pool",
            OWN,
            Trials.collected(() -> onAPool(() -> {}), () -> onAPool(LOCAL::remove)),
            "thread \"corpus-pool\"",
            "value of a thread local"),
        Seed.of(
            "pins a class loader by a thread that it happened to start",
            "open-telemetry/opentelemetry-java#7488",
            Trials.collected(() -> startsAThread(false), () -> startsAThread(true)),
            "thread \"corpus-metrics\"",
            "contextClassLoader"),
        Seed.of(
            "cancels a timer's task, which stays in its queue for an hour",
            OWN,
            Trials.collected(() -> cancels(timer -> {}), () -> cancels(Timer::purge)),
            "java.util.TaskQueue.queue",
            "the captured variable window"),
        Seed.of(
            "looks whether a seat is free, and then sells it",
            OWN,
            Trials.scheduled(Seats.Wrong.class, Seats.Right.class),
            "seats sold",
            "seat.free"));
  }

  private static ServerSocketChannel server() throws IOException {
    return ServerSocketChannel.open()
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private static void closesAKey(Selector selector) throws IOException {
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    pipe.source().register(selector, SelectionKey.OP_READ);
    pipe.sink().close();
    pipe.source().close();
  }

  private static ExecutorService pool() {
    ExecutorService pool =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "corpus-pool");
              thread.setDaemon(true);
              return thread;
            });
    pool.execute(() -> {});
    return pool;
  }

  private static ExecutorService busy() throws InterruptedException {
    ExecutorService pool = pool();
    CompletableFuture<Thread> worker = new CompletableFuture<>();
    pool.submit(
        () -> {
          worker.complete(Thread.currentThread());
          new CountDownLatch(1).await();
          return "never";
        });
    while (worker.join().getState() != Thread.State.WAITING) {
      Thread.sleep(1);
    }
    return pool;
  }

  private static Timer timer() {
    return new Timer("corpus-timer", true);
  }

  private static final class Window {
    private boolean changed;

    Runnable listen() {
      Runnable listener = () -> changed = true;
      LISTENERS.add(listener);
      return listener;
    }
  }

  private static Object onAPool(Runnable last) {
    ExecutorService pool = pool();
    Litter.closeLater(pool::shutdownNow);
    Window[] made = new Window[1];
    Runnable work =
        () -> {
          made[0] = new Window();
          LOCAL.set(made[0]);
          last.run();
        };
    try {
      pool.submit(work).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    Window window = made[0];
    made[0] = null;
    return window;
  }

  private static Object startsAThread(boolean cares) {
    ClassLoader plugin = new URLClassLoader(new URL[0], null);
    Thread.currentThread().setContextClassLoader(plugin); // this thread is the plugin's
    CountDownLatch end = new CountDownLatch(1);
    Thread metrics =
        new Thread(
            () -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "corpus-metrics");
    if (cares) {
      metrics.setContextClassLoader(null);
    }
    metrics.setDaemon(true);
    metrics.start();
    Litter.closeLater(
        () -> {
          end.countDown();
          metrics.join();
        });
    return plugin;
  }

  private static TimerTask nothing() {
    return new TimerTask() {
      @Override
      public void run() {
        // it was not waited for so long
      }
    };
  }

  private static Object cancels(Consumer<Timer> afterwards) {
    Timer timer = timer();
    Litter.closeLater(timer::cancel);
    Window window = new Window();
    TimerTask task =
        new TimerTask() {
          @Override
          public void run() {
            window.changed = true;
          }
        };
    timer.schedule(nothing(), TimeUnit.MINUTES.toMillis(30)); // only the first is looked at
    timer.schedule(task, TimeUnit.HOURS.toMillis(1));
    task.cancel();
    afterwards.accept(timer);
    return window;
  }
}
