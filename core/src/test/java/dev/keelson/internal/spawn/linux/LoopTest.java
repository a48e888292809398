/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import static dev.keelson.internal.linux.Linux.EBADF;
import static dev.keelson.internal.linux.Linux.EINVAL;
import static dev.keelson.internal.linux.Linux.EMFILE;
import static dev.keelson.internal.linux.Linux.EPOLLHUP;
import static dev.keelson.internal.linux.Linux.EPOLLIN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Layout;
import dev.keelson.internal.linux.Region;
import dev.keelson.internal.spawn.Inbox;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.invocation.InvocationOnMock;

/**
 * Who hears of an event. The loop's thread never ends: after a test it waits for an event that
 * never comes.
 */
@Tag("process")
@Timeout(60)
class LoopTest {

  private static final int EPOLL = 100;
  private static final int BELL = 101;
  private static final int FD = 102;
  private static final int OTHER = 103;
  private static final int ANOTHER_BELL = 104;
  private static final long WAKE_UP = 0;
  private static final Step NOTHING = () -> {};

  private interface Step {
    void run() throws Exception;
  }

  /** As the kernel hands it out. */
  private record Event(long token, int what) {}

  /** What each wait brings. */
  private final BlockingQueue<List<Event>> coming = new LinkedBlockingQueue<>();

  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  /** Done once, while a descriptor is being registered. */
  private final AtomicReference<Step> registering = new AtomicReference<>(NOTHING);

  /** What each call for an eventfd gets. */
  private final BlockingQueue<Integer> bells = new LinkedBlockingQueue<>(List.of(BELL));

  /** The descriptors that somebody else has closed. */
  private final Set<Integer> stolen = ConcurrentHashMap.newKeySet();

  /** Done once, between a ring and the answer that there is nothing to ring. */
  private final AtomicReference<Step> missing = new AtomicReference<>(NOTHING);

  private volatile boolean over;

  private final Kernel kernel = mock(Kernel.class, this::answer);
  private Loop loop;

  @BeforeEach
  void startTheLoop() throws Exception {
    loop = Loop.start(kernel);
  }

  private Object answer(InvocationOnMock call) throws Exception {
    String name = call.getMethod().getName();
    return switch (name) {
      case "allocate" -> new Region(ByteBuffer.allocateDirect(call.getArgument(0)), 0);
      case "epollCreate" -> EPOLL;
      case "eventfd" -> bells.remove();
      case "fcntl" -> call.<Integer>getArgument(2) > BELL ? ANOTHER_BELL : -EINVAL;
      case "close" -> 0;
      case "read" -> stolen.contains(call.<Integer>getArgument(0)) ? -EBADF : Long.BYTES;
      case "write" -> ring(call.getArgument(0));
      case "epollControl" -> {
        registering.getAndSet(NOTHING).run();
        yield 0;
      }
      case "epollWait" -> handOut(call.getArgument(1), call.getArgument(3));
      default -> throw new AssertionError(name);
    };
  }

  @AfterEach
  void letTheLoopSleep() {
    over = true;
  }

  private int ring(int fd) throws Exception {
    if (stolen.contains(fd)) {
      missing.getAndSet(NOTHING).run();
      return -EBADF;
    }
    comes(new Event(WAKE_UP, EPOLLIN));
    return Long.BYTES;
  }

  private int handOut(Region events, int millis) throws InterruptedException {
    List<Event> batch =
        millis < 0 || over ? coming.take() : coming.poll(millis, TimeUnit.MILLISECONDS);
    if (batch == null) {
      return 0;
    }
    for (int i = 0; i < batch.size(); i++) {
      int at = i * Layout.EPOLL_EVENT;
      events.bytes().putInt(at, batch.get(i).what());
      events.bytes().putLong(at + Layout.EPOLL_EVENT - Long.BYTES, batch.get(i).token());
    }
    return batch.size();
  }

  private void comes(Event... batch) {
    coming.add(List.of(batch));
  }

  private String next() throws InterruptedException {
    String next = heard.poll(20, TimeUnit.SECONDS);
    assertNotNull(next, "nobody heard of it");
    return next;
  }

  private Long register(int fd, Loop.Handler handler) {
    Long token = loop.newToken();
    register(token, fd, handler);
    return token;
  }

  private void register(Long token, int fd, Loop.Handler handler) {
    assertEquals(0, loop.register(token, fd, EPOLLIN, handler));
  }

  /** Its number had become another's between the kernel's answer and the look at it. */
  @Test
  void shouldDropAnEventWhoseRegistrantIsGone() throws Exception {
    Long old = register(FD, events -> heard.add("old"));
    Long fresh = loop.newToken();
    Long first =
        register(
            OTHER,
            events -> {
              loop.deregister(FD, old);
              register(fresh, FD, what -> heard.add("new " + what));
            });

    comes(new Event(first, EPOLLIN), new Event(old, EPOLLIN));
    comes(new Event(fresh, EPOLLHUP));

    assertEquals("new " + EPOLLHUP, next());
    assertTrue(heard.isEmpty(), heard::toString);
  }

  @Test
  void shouldKnowWhoeverIsStillBeingRegistered() throws Exception {
    Long token = loop.newToken();
    registering.set(
        () -> {
          comes(new Event(token, EPOLLIN));
          assertEquals("in time", next());
        });

    register(token, FD, events -> heard.add("in time"));

    assertSame(NOTHING, registering.get());
  }

  @Test
  void shouldServeTheOthersAfterAHandlerFailed() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Long failing =
        register(
            FD,
            events -> {
              if (calls.getAndIncrement() == 0) {
                throw new IllegalStateException("planned");
              }
              heard.add("failing");
            });
    Long other = register(OTHER, events -> heard.add("other"));

    comes(new Event(failing, EPOLLIN), new Event(other, EPOLLIN));
    assertEquals("other", next());

    comes(new Event(failing, EPOLLIN));
    assertEquals("failing", next());
    assertEquals(2, calls.get(), "it was not asked again");
  }

  /**
   * The next eventfd has the number that has become free; whoever still misses it misses it once.
   */
  @Test
  void shouldHangAnotherBellWithAnotherNumberWhereOneWasStolen() throws Exception {
    stolen.add(BELL);
    bells.add(BELL);
    missing.set(
        () -> {
          Thread other =
              new Thread(() -> loop.submit(new Inbox.Request(() -> heard.add("other's"))));
          other.start();
          other.join();
        });

    loop.submit(new Inbox.Request(() -> heard.add("asked")));
    assertEquals(Set.of("other's", "asked"), Set.of(next(), next()));
    loop.submit(new Inbox.Request(() -> heard.add("asked again")));
    assertEquals("asked again", next());
  }

  /** The loop itself is the first to find out. */
  @Test
  void shouldServeWhatIsAskedWhenTheBellIsStolenWhileItRings() throws Exception {
    bells.add(ANOTHER_BELL);
    Long token =
        register(
            FD,
            events -> {
              loop.submit(new Inbox.Request(() -> heard.add("asked")));
              stolen.add(BELL);
            });

    comes(new Event(token, EPOLLIN));
    assertEquals("asked", next());
    assertTrue(bells.isEmpty(), "the loop has hung no other");
    loop.submit(new Inbox.Request(() -> heard.add("asked again")));
    assertEquals("asked again", next());
  }

  @Test
  void shouldLookByItselfOnceItWakesWhereNoOtherBellCanBeHad() throws Exception {
    stolen.add(BELL);
    bells.add(-EMFILE);
    Long token = register(FD, events -> heard.add("woken"));

    loop.submit(new Inbox.Request(() -> heard.add("asked")));
    comes(new Event(token, EPOLLIN));
    assertEquals(Set.of("woken", "asked"), Set.of(next(), next()));
    loop.submit(new Inbox.Request(() -> heard.add("asked again")));
    assertEquals("asked again", next());
  }

  /** An event may come only once. */
  @Test
  void shouldKeepEventsForAHandlerThatFindsNoMemoryAndServeTheOthers() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Long starved = loop.newToken();
    register(
        starved,
        FD,
        events -> {
          int call = calls.incrementAndGet();
          if (call == 1) {
            comes(new Event(starved, EPOLLHUP));
          }
          if (call <= 3) { // for the first event, for it when it was kept, and for the second
            throw new OutOfMemoryError("injected");
          }
          heard.add("starved " + events);
        });
    Long other = register(OTHER, events -> heard.add("other"));

    comes(new Event(starved, EPOLLIN), new Event(other, EPOLLIN));

    assertEquals("other", next());
    assertEquals("starved " + (EPOLLIN | EPOLLHUP), next());
    assertEquals(4, calls.get());
  }
}
