/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import java.lang.ref.Cleaner;
import java.lang.ref.SoftReference;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.annotation.Nullable;

/**
 * The ways in which programs hold on to objects that they mean to drop, each with what the path
 * must name and how to let go.
 */
final class LeakShapes {

  /** An object that ought to go. */
  static class Session {
    @Nullable Object other;
    final byte[] content = new byte[100];

    class Cursor {
      Object owner() {
        return Session.this;
      }
    }

    Runnable task() {
      return () -> other = null;
    }
  }

  /** A listener. */
  interface Listener {
    void changed();
  }

  /** Something that is mentioned with its field. */
  static final class Holder {
    @Nullable Object held;
  }

  /**
   * One way.
   *
   * @param name what it is
   * @param leak makes an object and leaks it
   * @param named what the message must contain
   * @param undo lets go of it
   */
  record Shape(String name, Supplier<Object> leak, List<String> named, Runnable undo) {
    @Override
    public String toString() {
      return name;
    }
  }

  // Where things are left

  static @Nullable Object constant;
  static final Map<Object, Object> MAP = new HashMap<>();
  static final Map<String, Object> ORDERED = new LinkedHashMap<>();
  static final Map<Integer, Object> SORTED = new TreeMap<>();
  static final Map<String, Object> CONCURRENT = new ConcurrentHashMap<>();
  static final Map<Object, String> IDENTITY = new IdentityHashMap<>();
  static final Set<Object> SET = new HashSet<>();
  static final List<Object> LIST = new ArrayList<>();
  static final List<Object> LINKED = new LinkedList<>();
  static final Deque<Object> DEQUE = new ArrayDeque<>();
  static final List<Listener> LISTENERS = new CopyOnWriteArrayList<>();
  static final Map<Object, Object> WEAK = new WeakHashMap<>();
  static final ThreadLocal<Object> LOCAL = new ThreadLocal<>();
  static final Holder[] ARRAY = new Holder[5];
  static final Cleaner CLEANER = Cleaner.create();
  static @Nullable SoftReference<Object> soft;
  static @Nullable ScheduledExecutorService pool;
  static @Nullable CountDownLatch running;
  static @Nullable Thread thread;
  static @Nullable Timer timer;
  static @Nullable CompletableFuture<Object> future;
  static @Nullable Listener proxy;

  private LeakShapes() {}

  private static Shape shape(String name, Runnable undo, Supplier<Object> leak, String... named) {
    return new Shape(name, leak, List.of(named), undo);
  }

  static List<Shape> all() {
    String here = LeakShapes.class.getName();
    List<Shape> shapes = new ArrayList<>();
    shapes.add(
        shape(
            "static field",
            () -> constant = null,
            () -> constant = new Session(),
            "static field " + here + ".constant"));
    shapes.add(map("hash map", MAP, "MAP[\"alice\"]", "HashMap[\"alice\"]"));
    shapes.add(
        shape(
            "linked hash map",
            ORDERED::clear,
            () -> put(ORDERED, "bob"),
            here + ".ORDERED",
            "LinkedHashMap[\"bob\"]"));
    shapes.add(
        shape("tree map", SORTED::clear, () -> put(SORTED, 42), here + ".SORTED", "TreeMap[42]"));
    shapes.add(
        shape(
            "concurrent map",
            CONCURRENT::clear,
            () -> put(CONCURRENT, "carol"),
            here + ".CONCURRENT",
            "ConcurrentHashMap[\"carol\"]"));
    shapes.add(
        shape(
            "key of an identity map",
            IDENTITY::clear,
            () -> {
              Session session = new Session();
              IDENTITY.put(session, "x");
              return session;
            },
            here + ".IDENTITY",
            "IdentityHashMap"));
    shapes.add(
        shape(
            "key of a map",
            MAP::clear,
            () -> {
              Session session = new Session();
              MAP.put(session, "x");
              return session;
            },
            here + ".MAP",
            "HashMap: a key"));
    shapes.add(shape("set", SET::clear, () -> add(SET), here + ".SET", "HashSet: an element"));
    shapes.add(
        shape(
            "list",
            LIST::clear,
            () -> {
              Collections.addAll(LIST, "a", "b", "c");
              return add(LIST);
            },
            here + ".LIST",
            "ArrayList[3]"));
    shapes.add(
        shape("linked list", LINKED::clear, () -> add(LINKED), here + ".LINKED", "LinkedList"));
    shapes.add(shape("deque", DEQUE::clear, () -> add(DEQUE), here + ".DEQUE", "ArrayDeque"));
    shapes.add(
        shape(
            "array of holders",
            () -> ARRAY[2] = null,
            () -> {
              Holder holder = new Holder();
              holder.held = new Session();
              ARRAY[2] = holder;
              return holder.held;
            },
            here + ".ARRAY",
            "[2]",
            "Holder.held"));
    shapes.add(
        shape(
            "listener as a lambda",
            LISTENERS::clear,
            () -> {
              Session session = new Session();
              LISTENERS.add(() -> session.other = "changed");
              return session;
            },
            here + ".LISTENERS",
            "CopyOnWriteArrayList[0]",
            "a lambda in " + here + " captures argument 1"));
    shapes.add(
        shape(
            "listener as an anonymous class",
            LISTENERS::clear,
            () -> {
              Session session = new Session();
              LISTENERS.add(
                  new Listener() {
                    @Override
                    public void changed() {
                      session.other = "changed";
                    }
                  });
              return session;
            },
            here + ".LISTENERS",
            "the captured variable session"));
    shapes.add(
        shape(
            "inner class",
            () -> constant = null,
            () -> {
              Session session = new Session();
              Session.Cursor cursor = session.new Cursor();
              constant = cursor;
              return session;
            },
            here + ".constant",
            "an inner class's outer instance"));
    shapes.add(
        shape(
            "bound method reference",
            () -> constant = null,
            () -> {
              Session session = new Session();
              Supplier<Object> reference = session::task;
              constant = reference;
              return session;
            },
            here + ".constant",
            "a lambda in " + here + " captures argument 1"));
    shapes.add(
        shape(
            "thread local of a living thread",
            LeakShapes::endThread,
            () -> {
              Session[] made = new Session[1];
              startThread(() -> LOCAL.set(made[0] = new Session()), "pool-worker");
              Session session = made[0];
              made[0] = null;
              return session;
            },
            "thread \"pool-worker\"",
            "value of a thread local"));
    shapes.add(
        shape(
            "local variable of a running thread",
            LeakShapes::endThread,
            () -> {
              Session[] session = {new Session()};
              Object made = session[0];
              thread = new Thread(() -> busyWith(session), "busy");
              return startAndWait(thread, made);
            },
            "busyWith",
            "thread \"busy\""));
    shapes.add(
        shape(
            "field of a thread",
            LeakShapes::endThread,
            () -> {
              Session session = new Session();
              thread = new Keeper(session);
              return startAndWait(thread, session);
            },
            "thread \"keeper\"",
            "Keeper.session"));
    shapes.add(
        shape(
            "queue of an executor",
            LeakShapes::endPool,
            () -> {
              Session session = new Session();
              pool = Executors.newSingleThreadScheduledExecutor();
              pool.schedule(session.task(), 1, TimeUnit.HOURS);
              return session;
            },
            "a lambda in " + Session.class.getName() + " captures argument 1"));
    shapes.add(
        shape(
            "timer",
            LeakShapes::endTimer,
            () -> {
              Session session = new Session();
              timer = new Timer("reminder", true);
              timer.schedule(
                  new TimerTask() {
                    @Override
                    public void run() {
                      session.other = null;
                    }
                  },
                  TimeUnit.HOURS.toMillis(1));
              return session;
            },
            "the captured variable session"));
    shapes.add(
        shape(
            "stage of a future",
            () -> future = null,
            () -> {
              Session session = new Session();
              future = new CompletableFuture<>();
              CompletableFuture<Object> unused = future.thenApply(x -> session.other = x);
              return session;
            },
            here + ".future",
            "captures argument 1"));
    shapes.add(
        shape(
            "value of a weak map that refers to its key",
            WEAK::clear,
            () -> {
              Session session = new Session();
              Holder value = new Holder();
              value.held = session;
              WEAK.put(session, value);
              return session;
            },
            here + ".WEAK",
            "Holder.held",
            "key of a WeakHashMap whose own value refers back"));
    shapes.add(
        shape(
            "own cleanup action",
            LeakShapes::cleanUp,
            () -> {
              Session session = new Session();
              cleanable = CLEANER.register(session, () -> session.other = null);
              return session;
            },
            "captures argument 1",
            "held by its own cleanup action"));
    shapes.add(
        shape(
            "soft reference",
            () -> soft = null,
            () -> {
              Session session = new Session();
              soft = new SoftReference<>(session);
              return session;
            },
            "only softly",
            here + ".soft"));
    shapes.add(
        shape(
            "class loader",
            () -> constant = null,
            () -> {
              try {
                URL[] urls = {Session.class.getProtectionDomain().getCodeSource().getLocation()};
                URLClassLoader loader = new URLClassLoader(urls, null);
                Class<?> type = loader.loadClass(Holder.class.getName());
                constant = type;
                return loader;
              } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
              }
            },
            here + ".constant",
            "Holder.class: its class loader"));
    shapes.add(
        shape(
            "proxy",
            () -> proxy = null,
            () -> {
              Session session = new Session();
              InvocationHandler handler =
                  (self, method, arguments) -> session.other = method.getName();
              proxy =
                  (Listener)
                      Proxy.newProxyInstance(
                          Listener.class.getClassLoader(),
                          new Class<?>[] {Listener.class},
                          handler);
              return session;
            },
            here + ".proxy",
            "captures argument 1"));
    shapes.add(
        shape(
            "chain of objects",
            () -> constant = null,
            () -> {
              Session last = new Session();
              Object at = last;
              for (int i = 0; i < 50; i++) {
                Holder next = new Holder();
                next.held = at;
                at = next;
              }
              constant = at;
              return last;
            },
            here + ".constant",
            "(50 times)",
            "Holder.held"));
    shapes.add(
        shape(
            "suppressed exception",
            () -> constant = null,
            () -> {
              Session session = new Session();
              Exception told = new Exception("told");
              told.addSuppressed(new Carrying(session));
              constant = told;
              return session;
            },
            here + ".constant",
            "Carrying.session"));
    shapes.add(
        shape(
            "unmodifiable view",
            () -> constant = null,
            () -> {
              Map<String, Object> map = new HashMap<>();
              Object session = put(map, "dave");
              constant = Collections.unmodifiableMap(map);
              return session;
            },
            here + ".constant",
            "[\"dave\"]"));
    return shapes;
  }

  static @Nullable Cleaner.Cleanable cleanable;

  private static void cleanUp() {
    if (cleanable != null) {
      cleanable.clean();
    }
    cleanable = null;
  }

  private static Shape map(String name, Map<Object, Object> map, String... named) {
    return shape(name, map::clear, () -> put(map, "alice"), named[1]);
  }

  private static <K> Object put(Map<K, Object> map, K key) {
    Session session = new Session();
    map.put(key, session);
    return session;
  }

  private static Object add(java.util.Collection<Object> all) {
    Session session = new Session();
    all.add(session);
    return session;
  }

  /** Carries what it should not. */
  static final class Carrying extends Exception {
    private static final long serialVersionUID = 1;
    final transient Object session;

    Carrying(Object session) {
      super("carries");
      this.session = session;
    }
  }

  /** A thread with a field. */
  static final class Keeper extends Thread {
    final Object session;

    Keeper(Object session) {
      super("keeper");
      this.session = session;
    }

    @Override
    public void run() {
      waitForTheEnd();
    }
  }

  private static void startThread(Runnable first, String name) {
    Thread started =
        new Thread(
            () -> {
              first.run();
              waitForTheEnd();
            },
            name);
    thread = started;
    startAndWait(started, "");
  }

  private static Object startAndWait(Thread started, Object result) {
    running = new CountDownLatch(1);
    started.setDaemon(true);
    started.start();
    try {
      running.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return result;
  }

  private static void waitForTheEnd() {
    CountDownLatch latch = running;
    if (latch != null) {
      latch.countDown();
    }
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException end) {
      // that is what was waited for
    }
  }

  private static void busyWith(Session[] from) {
    Session session = from[0];
    from[0] = null;
    waitForTheEnd();
    session.other = "used afterwards";
  }

  private static void endThread() {
    Thread ending = thread;
    thread = null;
    if (ending != null) {
      ending.interrupt();
      try {
        ending.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static void endPool() {
    if (pool != null) {
      pool.shutdownNow();
      try {
        pool.awaitTermination(30, TimeUnit.SECONDS); // its thread has the task in a frame
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    pool = null;
  }

  /** Its thread, too, has the task in a frame until it ends. */
  private static void endTimer() {
    if (timer != null) {
      timer.cancel();
    }
    timer = null;
    for (Thread each : Thread.getAllStackTraces().keySet()) {
      if (each.getName().equals("reminder")) {
        try {
          each.join();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }
}
