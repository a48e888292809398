/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.internal.threads.Daemons;
import dev.keelson.testkit.Await;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Routes within this JVM, by a signal that does nothing by itself. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class SignalRouterTest {

  private static final String SIGNAL = "WINCH";

  /** A storm that was silent for so long is over. */
  private static final long LULL = TimeUnit.SECONDS.toNanos(5);

  private final JvmSignals jvm = JvmSignals.get();
  private final Object winch = jvm.signal(SIGNAL);
  private final AtomicInteger before = new AtomicInteger();
  private final Object handlerBefore = jvm.handler(before::incrementAndGet);
  private Object found;

  @BeforeEach
  void install() {
    found = jvm.install(winch, handlerBefore);
  }

  @AfterEach
  void restored() {
    assertSame(handlerBefore, jvm.install(winch, found), "the handler before is back");
  }

  private static Await soon() {
    return Await.within(Duration.ofSeconds(30));
  }

  @Test
  void shouldCountAndWakeEveryRouteOfASignal() throws Exception {
    Waker one = Waker.create();
    Waker other = Waker.create();
    try (SignalRoute first = SignalRouter.on("SIGwinch").to(one, 4);
        SignalRoute second = SignalRouter.on(SIGNAL, "USR1").to(other, 8)) {
      for (int i = 1; i <= 3; i++) {
        jvm.raise(winch);
        assertEquals(4, one.await(Duration.ofSeconds(20)).reasons());
        assertEquals(8, other.await(Duration.ofSeconds(20)).reasons());
        assertEquals(i, first.count());
        assertEquals(i, second.count(SIGNAL));
      }
      assertEquals(0, second.count("USR1"));
      assertThrows(IllegalArgumentException.class, () -> first.count("USR1"));
    }
    assertEquals(0, before.get());
    jvm.raise(winch);
    soon().until("the handler before is called again", () -> before.get() == 1);
    assertFalse(one.isPending());
  }

  @Test
  void shouldCallTheHandlerBeforeOnceAsTheChainSays() throws Exception {
    for (Chain chain : Chain.values()) {
      before.set(0);
      Waker waker = Waker.create();
      try (SignalRoute a = SignalRouter.on(SIGNAL).chain(chain).to(waker, 1);
          SignalRoute b = SignalRouter.on(SIGNAL).chain(chain).to(waker, 2)) {
        jvm.raise(winch);
        soon().until("both", () -> a.count() == 1 && b.count() == 1);
        int calls = chain == Chain.BEFORE || chain == Chain.AFTER ? 1 : 0;
        soon().until(chain + " called", () -> before.get() == calls);
        waker.close();
        jvm.raise(winch);
        soon().until("both", () -> a.count() == 2 && b.count() == 2);
        soon()
            .until(chain + " called", () -> before.get() == (chain == Chain.NONE ? 0 : calls + 1));
      }
    }
  }

  @Test
  void shouldCallAnActionElsewhereAndSurviveItsFailure() throws Exception {
    AtomicReference<String> thread = new AtomicReference<>();
    AtomicReference<Long> last = new AtomicReference<>(0L);
    try (SignalRoute route =
        SignalRouter.on(SIGNAL)
            .chain(Chain.ONLY_IF_UNHANDLED)
            .to(
                (name, count) -> {
                  thread.set(Thread.currentThread().getName());
                  last.set(count);
                  if (count == 1) {
                    throw new Exception("planted");
                  }
                })) {
      jvm.raise(winch);
      soon().until("unhandled", () -> before.get() == 1);
      jvm.raise(winch);
      soon().until("handled", () -> last.get() == 2);
      assertFalse(thread.get().contains("SIG"), thread.get());
      assertEquals(1, before.get());
      assertEquals(2, route.count());
    }
  }

  @Test
  void shouldHandOverAgainAfterItsExecutorHasRefused() throws Exception {
    AtomicInteger refusals = new AtomicInteger(1);
    Executor executor =
        task -> {
          if (refusals.getAndDecrement() > 0) {
            throw new RejectedExecutionException("planted");
          }
          Daemons.workers().execute(task);
        };
    AtomicInteger calls = new AtomicInteger();
    try (SignalRoute route =
        SignalRouter.on(SIGNAL)
            .chain(Chain.ONLY_IF_UNHANDLED)
            .executor(executor)
            .to((name, count) -> calls.incrementAndGet())) {
      jvm.raise(winch);
      soon().until("unhandled", () -> before.get() == 1);
      jvm.raise(winch);
      soon().until("handled", () -> calls.get() == 1);
      assertEquals(2, route.count());
    }
    assertEquals(1, before.get());
  }

  @Test
  void shouldTellEveryRouteThoughTheHandlerBeforeFails() throws Exception {
    Object failing =
        jvm.handler(
            () -> {
              throw new IllegalStateException("planted");
            });
    assertSame(handlerBefore, jvm.install(winch, failing));
    Waker one = Waker.create();
    Waker other = Waker.create();
    try (SignalRoute first = SignalRouter.on(SIGNAL).chain(Chain.AFTER).to(one, 1);
        SignalRoute second = SignalRouter.on(SIGNAL).chain(Chain.BEFORE).to(other, 2)) {
      jvm.raise(winch);
      assertEquals(1, one.await(Duration.ofSeconds(30)).reasons());
      assertEquals(2, other.await(Duration.ofSeconds(30)).reasons());
    } finally {
      assertSame(failing, jvm.install(winch, handlerBefore));
    }
  }

  /** Closed, and still in the list, which another installation keeps locked. */
  @Test
  void shouldCallTheHandlerBeforeWhenTheOnlyRouteIsJustBeingClosed() throws Exception {
    SignalRoute route = SignalRouter.on(SIGNAL).to((name, count) -> {});
    SignalSupport unused = SignalRouter.support("USR1"); // has been looked up
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Thread holder =
        new Thread(
            () ->
                jvm.alone(
                    () -> {
                      held.countDown();
                      try {
                        return release.await(60, TimeUnit.SECONDS);
                      } catch (InterruptedException e) {
                        throw new AssertionError(e);
                      }
                    }));
    Thread installing =
        new Thread(() -> SignalRouter.on("USR1").to((name, count) -> {}).close(), "installing");
    Thread closing = new Thread(route::close, "closing");
    try {
      holder.start();
      held.await();
      installing.start();
      soon()
          .until(
              "it holds the lock and waits",
              () ->
                  Stream.of(installing.getStackTrace())
                      .anyMatch(frame -> frame.getMethodName().equals("place")));
      closing.start();
      soon().until("it is closed", () -> route.toString().contains("closed"));

      jvm.raise(winch);
      soon().until("the handler before", () -> before.get() == 1);
      assertEquals(0, route.count());
    } finally {
      release.countDown();
      holder.join();
      installing.join();
      closing.join();
    }
  }

  @Test
  void shouldLeaveWhoSitsOnTopInPlaceAndPassThrough() throws Exception {
    SignalRoute route = SignalRouter.on(SIGNAL).to((name, count) -> {});
    AtomicInteger top = new AtomicInteger();
    AtomicReference<Object> ours = new AtomicReference<>();
    Object onTop =
        jvm.handler(
            () -> {
              top.incrementAndGet();
              jvm.call(ours.get(), winch);
            });
    ours.set(jvm.install(winch, onTop));
    route.close();
    jvm.raise(winch);
    soon().until("it goes all the way down", () -> top.get() == 1 && before.get() == 1);
    // The next route is on top of that, and goes again.
    Waker waker = Waker.create();
    try (SignalRoute next = SignalRouter.on(SIGNAL).chain(Chain.AFTER).to(waker, 1)) {
      jvm.raise(winch);
      soon().until("all three", () -> next.count() == 1 && top.get() == 2 && before.get() == 2);
    }
    assertSame(onTop, jvm.install(winch, handlerBefore));
  }

  @Test
  void shouldNotDisturbAnotherClassLoadersRouter() throws Exception {
    List<URL> path = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
      path.add(Path.of(entry).toUri().toURL());
    }
    AtomicInteger theirs = new AtomicInteger();
    Runnable count = theirs::incrementAndGet;
    try (URLClassLoader loader =
        new URLClassLoader(path.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
      Class<?> router = loader.loadClass(SignalRouter.class.getName());
      Class<?> action = loader.loadClass(SignalAction.class.getName());
      Object theirAction =
          java.lang.reflect.Proxy.newProxyInstance(
              loader,
              new Class<?>[] {action},
              (proxy, method, arguments) -> {
                count.run();
                return null;
              });
      Waker waker = Waker.create();
      SignalRoute ours = SignalRouter.on(SIGNAL).to(waker, 1);
      Object on =
          router.getMethod("on", String[].class).invoke(null, (Object) new String[] {SIGNAL});
      @SuppressWarnings({"unchecked", "rawtypes"})
      Object chain = Enum.valueOf((Class) loader.loadClass(Chain.class.getName()), "AFTER");
      on = router.getMethod("chain", chain.getClass()).invoke(on, chain);
      AutoCloseable their = (AutoCloseable) router.getMethod("to", action).invoke(on, theirAction);
      jvm.raise(winch);
      assertEquals(1, waker.await(Duration.ofSeconds(20)).reasons(), "theirs chains to ours");
      ours.close(); // beneath theirs, which stays
      jvm.raise(winch);
      soon().until("theirs, and the one before ours", () -> theirs.get() == 2 && before.get() == 1);
      their.close();
      jvm.raise(winch);
      soon().until("the one before", () -> before.get() == 2);
      assertEquals(2, theirs.get());
    }
    jvm.install(winch, handlerBefore); // ours is a tombstone beneath theirs
  }

  @Test
  void shouldCountAStormAndCallTheActionFewTimes() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    AtomicReference<Long> last = new AtomicReference<>(0L);
    try (SignalRoute route =
        SignalRouter.on(SIGNAL)
            .to(
                (name, count) -> {
                  calls.incrementAndGet();
                  slow.await(30, TimeUnit.SECONDS);
                  last.set(count);
                })) {
      int raised = 10_000;
      for (int i = 0; i < raised; i++) {
        jvm.raise(winch);
      }
      // Here all arrive; a system may merge what is pending. None may be left for the next test.
      long[] before = {-1, 0};
      soon()
          .until(
              "no more come",
              () -> {
                long now = route.count();
                if (now != before[0]) {
                  before[0] = now;
                  before[1] = System.nanoTime();
                }
                return now == raised || (now > 0 && System.nanoTime() - before[1] > LULL);
              });
      assertEquals(1, calls.get());
      long told = route.count();
      slow.countDown();
      soon().until("the last is told", () -> last.get() == route.count());
      long late = route.count() - told; // where the machine is busy; each may have its own call
      assertTrue(calls.get() <= 3 + late, calls + " calls, " + late + " signals came late");
    }
  }

  @Test
  void shouldRunTheSecondActionOnlyWithinItsTime() throws Exception {
    AtomicInteger impatient = new AtomicInteger();
    Waker waker = Waker.create();
    try (SignalRoute route =
        SignalRouter.on(SIGNAL)
            .second(Duration.ofSeconds(60), impatient::incrementAndGet)
            .to(waker, 1)) {
      jvm.raise(winch);
      soon().until("first", () -> route.count() == 1);
      assertEquals(0, impatient.get());
      jvm.raise(winch);
      soon().until("second", () -> impatient.get() == 1);
    }
    try (SignalRoute route =
        SignalRouter.on(SIGNAL).second(Duration.ZERO, impatient::incrementAndGet).to(waker, 1)) {
      jvm.raise(winch);
      soon().until("first", () -> route.count() == 1);
      jvm.raise(winch);
      soon().until("second", () -> route.count() == 2);
      assertEquals(1, impatient.get());
    }
  }

  @Test
  void shouldWakeThoughTheActionForASecondSignalIsRefused() throws Exception {
    Waker waker = Waker.create();
    Executor refusing =
        task -> {
          throw new RejectedExecutionException("planted");
        };
    try (SignalRoute route =
        SignalRouter.on(SIGNAL)
            .second(Duration.ofSeconds(60), () -> {})
            .executor(refusing)
            .to(waker, 1)) {
      for (int i = 1; i <= 2; i++) {
        jvm.raise(winch);
        assertEquals(1, waker.await(Duration.ofSeconds(20)).reasons());
        assertEquals(i, route.count());
      }
    }
  }

  @Test
  void shouldTakeASecondNameForTheSameSignal() throws Exception {
    Waker one = Waker.create();
    Waker other = Waker.create();
    try (SignalRoute first = SignalRouter.on("IO").to(one, 1);
        SignalRoute second = SignalRouter.on("SIGPOLL").to(other, 2)) {
      jvm.raise(jvm.signal("IO"));
      assertEquals(1, one.await(Duration.ofSeconds(20)).reasons());
      assertEquals(2, other.await(Duration.ofSeconds(20)).reasons());
      assertEquals(1, first.count());
      assertEquals(1, second.count("POLL"));
      assertEquals(List.of("IO"), second.names());
    }
  }

  @Test
  void shouldTellWhatIsLeftOfTheBudgetAndStopTheClockWhenDone() throws Exception {
    Waker waker = Waker.create();
    try (SignalRoute route =
        SignalRouter.on(SIGNAL).chain(Chain.AFTER).budget(Duration.ofSeconds(90)).to(waker, 1)) {
      assertTrue(route.remaining().isEmpty());
      route.done();
      jvm.raise(winch);
      waker.await(Duration.ofSeconds(20));
      Duration left = route.remaining().orElseThrow();
      assertTrue(left.toSeconds() <= 90 && left.toSeconds() >= 60, left::toString);
      assertEquals(0, before.get(), "it has time");
      route.done();
      soon().until("the handler before is called", () -> before.get() == 1);
      route.done();
    }
  }

  @Test
  void shouldGiveTheNextSignalTheWholeBudgetAgainWhenDone() throws Exception {
    Waker waker = Waker.create();
    try (SignalRoute route =
        SignalRouter.on(SIGNAL).chain(Chain.AFTER).budget(Duration.ofSeconds(90)).to(waker, 1)) {
      for (int i = 1; i <= 3; i++) {
        int calls = i;
        jvm.raise(winch);
        waker.await(Duration.ofSeconds(20));
        route.done();
        soon().until("the handler before is called", () -> before.get() == calls);
      }
    }
  }

  @Test
  void shouldGiveTheNextSignalABudgetWhenTheFirstIsUsedUp() throws Exception {
    Waker waker = Waker.create();
    try (SignalRoute route =
        SignalRouter.on(SIGNAL).chain(Chain.AFTER).budget(Duration.ofMillis(20)).to(waker, 1)) {
      for (int i = 1; i <= 2; i++) {
        int calls = i;
        jvm.raise(winch);
        soon().until("the handler before is called", () -> before.get() == calls);
      }
      assertEquals(2, route.count());
    }
  }

  @Test
  void shouldLeaveNothingWhenOneOfItsSignalsCannotBeHad() throws Exception {
    Waker waker = Waker.create();
    for (String impossible : List.of("KILL", "SEGV", "QUIT", "USR2", "STOP", "BUS", "NOSUCH")) {
      IllegalStateException refused =
          assertThrows(
              IllegalStateException.class, () -> SignalRouter.on(SIGNAL, impossible).to(waker, 1));
      assertTrue(refused.getMessage().contains(impossible), refused.getMessage());
    }
    jvm.raise(winch);
    soon().until("the handler before is called", () -> before.get() == 1);
    assertFalse(waker.isPending());
  }

  @Test
  void shouldNameArgumentAndFixWhenGivenBadInput() {
    assertThrows(IllegalArgumentException.class, SignalRouter::on);
    assertThrows(IllegalArgumentException.class, () -> SignalRouter.on("SIG"));
    assertThrows(NullPointerException.class, () -> SignalRouter.on((String) null));
    assertThrows(NullPointerException.class, () -> SignalRouter.on("TERM").to(null, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> SignalRouter.on("TERM").budget(Duration.ofMillis(-1)));
    assertEquals(SignalSupport.UNKNOWN, SignalRouter.support("NOSUCH"));
    assertEquals(SignalSupport.RISKY, SignalRouter.support("PROF"));
  }
}
