/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.testkit.Await;
import dev.keelson.testkit.NoLeaks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The changes of a channel's mode that meet each other, in the order that does most harm. */
@Tag("process")
@Timeout(120)
@NoLeaks
class TakeoverTest {

  private static final Await PATIENTLY = Await.within(Duration.ofSeconds(30));
  private static final Runnable NOTHING = () -> {};

  private final Turnstile channel = new Turnstile();
  private Selector first;
  private Selector second;

  @BeforeEach
  void open() throws IOException {
    first = Selector.open();
    second = Selector.open();
  }

  @AfterEach
  void close() throws IOException {
    first.close();
    second.close();
  }

  /**
   * Keeps what a {@link SelectableChannel} has to, and lets a test in where other threads can come.
   */
  private static final class Turnstile extends SelectableChannel {
    final AtomicReference<Runnable> onceUnblocked = new AtomicReference<>(NOTHING);
    final AtomicReference<Runnable> beforeRegistration = new AtomicReference<>(NOTHING);

    /** Every change of mode that has come to its end. */
    final AtomicInteger changes = new AtomicInteger();

    /** Opened when the other thread's operation, which a change waits for, is over. */
    volatile CountDownLatch operation = new CountDownLatch(0);

    private final Object modeLock = new Object();
    private final Set<SelectionKey> keys = new HashSet<>();
    private volatile boolean blocking = true;

    @Override
    public SelectableChannel configureBlocking(boolean block) throws IOException {
      synchronized (modeLock) {
        if (!isOpen()) {
          throw new ClosedChannelException();
        }
        if (block && isRegistered()) {
          throw new IllegalBlockingModeException();
        }
        if (block != blocking) {
          awaitOperation();
          blocking = block;
        }
        changes.incrementAndGet();
      }
      if (!block) {
        onceUnblocked.getAndSet(NOTHING).run();
      }
      return this;
    }

    private void awaitOperation() {
      try {
        operation.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public SelectionKey register(Selector selector, int operations, Object attachment)
        throws ClosedChannelException {
      beforeRegistration.getAndSet(NOTHING).run();
      synchronized (modeLock) {
        if (!isOpen()) {
          throw new ClosedChannelException();
        }
        if (blocking) {
          throw new IllegalBlockingModeException();
        }
        SelectionKey key = new Key(this, selector);
        keys.add(key);
        return key;
      }
    }

    void forget(SelectionKey key) {
      synchronized (modeLock) {
        keys.remove(key);
      }
    }

    @Override
    public boolean isBlocking() {
      return blocking;
    }

    @Override
    public Object blockingLock() {
      return modeLock;
    }

    @Override
    public boolean isRegistered() {
      synchronized (modeLock) {
        return !keys.isEmpty();
      }
    }

    @Override
    public SelectionKey keyFor(Selector selector) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SelectorProvider provider() {
      return SelectorProvider.provider();
    }

    @Override
    public int validOps() {
      return SelectionKey.OP_READ;
    }

    @Override
    protected void implCloseChannel() {
      Set<SelectionKey> all;
      synchronized (modeLock) {
        all = Set.copyOf(keys);
      }
      all.forEach(SelectionKey::cancel);
    }
  }

  /** Of a selector that selects at once: cancelled is gone. */
  private static final class Key extends SelectionKey {
    private final Turnstile channel;
    private final Selector selector;
    private volatile boolean valid = true;

    Key(Turnstile channel, Selector selector) {
      this.channel = channel;
      this.selector = selector;
    }

    @Override
    public SelectableChannel channel() {
      return channel;
    }

    @Override
    public boolean isValid() {
      return valid;
    }

    @Override
    public void cancel() {
      valid = false;
      channel.forget(this);
    }

    @Override
    public Selector selector() {
      return selector;
    }

    @Override
    public int interestOps() {
      if (!valid) {
        throw new CancelledKeyException();
      }
      return 0;
    }

    @Override
    public SelectionKey interestOps(int operations) {
      return this;
    }

    @Override
    public int readyOps() {
      return 0;
    }
  }

  private static <T> Thread other(FutureTask<T> task) {
    Thread thread = new Thread(task, "other");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static <T> FutureTask<T> started(Callable<T> task) {
    FutureTask<T> future = new FutureTask<>(task);
    other(future);
    return future;
  }

  /** Lets another thread do it now, as far as it comes: to its end, or to where it has to wait. */
  private static <T> void letIn(FutureTask<T> task) {
    Thread thread = other(task);
    try {
      PATIENTLY.until("it is done or waits", () -> task.isDone() || waits(thread));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean waits(Thread thread) {
    return switch (thread.getState()) {
      case BLOCKED, WAITING, TIMED_WAITING -> true;
      default -> false;
    };
  }

  private static <T> T of(FutureTask<T> task) throws Exception {
    return task.get(60, TimeUnit.SECONDS);
  }

  /** Has an operation of another thread's in the way, until its time to give up is over. */
  private void refuse() {
    channel.operation = new CountDownLatch(1);
    assertThrows(IllegalStateException.class, () -> Takeover.of(channel, first));
    assertTrue(channel.isBlocking());
  }

  @Test
  void shouldKeepOneThreadHoweverOftenItIsRefused() throws Exception {
    refuse();
    for (int i = 0; i < 3; i++) {
      assertThrows(IllegalStateException.class, () -> Takeover.of(channel, first));
    }
    assertEquals(1, takingOver());
    channel.operation.countDown();
    PATIENTLY.until("the one is over", () -> takingOver() == 0);
    Takeover.of(channel, first).end(first);
    assertTrue(channel.isBlocking());
  }

  private static boolean isOneBlocked() {
    return Thread.getAllStackTraces().entrySet().stream()
        .anyMatch(
            entry ->
                entry.getKey().getState() == Thread.State.BLOCKED
                    && entry.getValue().length > 0
                    && entry.getValue()[0].getClassName().equals(Takeover.class.getName()));
  }

  private static long takingOver() {
    return Thread.getAllStackTraces().values().stream()
        .filter(
            stack ->
                Arrays.stream(stack)
                    .anyMatch(frame -> frame.getClassName().equals(Takeover.class.getName())))
        .count();
  }

  @Test
  void shouldLeaveTheProgramsOwnModeAloneWhenItsChangeComesLate() throws Exception {
    refuse();
    FutureTask<SelectableChannel> own = new FutureTask<>(() -> channel.configureBlocking(false));
    channel.onceUnblocked.set(() -> letIn(own));

    channel.operation.countDown();
    PATIENTLY.until("both are over", () -> channel.changes.get() == 3);
    of(own);
    assertFalse(channel.isBlocking(), "the program has said so, last");
  }

  @Test
  void shouldNotTakeTheModeOfALateChangeForTheChannelsOwn() throws Exception {
    for (boolean adopted = false; !adopted; ) { // refused where the machine has no time for it
      adopted = adoptedBesideOneThatGivesUp();
      PATIENTLY.until("the one given up is over", () -> takingOver() == 0);
      assertTrue(channel.isBlocking(), "as it came");
    }
  }

  private boolean adoptedBesideOneThatGivesUp() throws Exception {
    AtomicReference<Thread> caller = new AtomicReference<>();
    FutureTask<Adoption> givingUp = new FutureTask<>(() -> Takeover.of(channel, first));
    FutureTask<Adoption> next = new FutureTask<>(() -> Takeover.of(channel, second));
    channel.onceUnblocked.set(
        () -> {
          other(next);
          try {
            PATIENTLY.until("it comes as far as it can", () -> next.isDone() || isOneBlocked());
            caller.get().interrupt();
            PATIENTLY.until("it is given up", givingUp::isDone);
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    Thread thread = new Thread(givingUp, "giving up");
    caller.set(thread);
    thread.setDaemon(true);
    thread.start();
    assertThrows(ExecutionException.class, () -> of(givingUp));
    try {
      Adoption adoption = of(next);
      PATIENTLY.until("the one given up is over", () -> takingOver() == 0);
      assertFalse(channel.isBlocking());
      adoption.end(second);
      return true;
    } catch (ExecutionException e) {
      assertInstanceOf(IllegalStateException.class, e.getCause());
      return false;
    }
  }

  @Test
  void shouldNotFindItBlockingWhenAnotherGivesItBackMeanwhile() throws Exception {
    Adoption one = Takeover.of(channel, first);
    FutureTask<Void> giveBack =
        new FutureTask<>(
            () -> {
              one.end(first);
              return null;
            });
    channel.beforeRegistration.set(() -> letIn(giveBack));

    Adoption other = Takeover.of(channel, second);
    of(giveBack);
    assertFalse(channel.isBlocking());
    other.end(second);
    assertTrue(channel.isBlocking(), "the last one sets the mode in which it came to the first");
  }

  @Test
  void shouldAdoptWhenTheInterruptComesAfterTheChange() throws Exception {
    AtomicReference<Thread> caller = new AtomicReference<>();
    CountDownLatch interrupted = new CountDownLatch(1);
    channel.beforeRegistration.set(
        () -> {
          caller.get().interrupt();
          try {
            PATIENTLY.until("it is seen", () -> !caller.get().isInterrupted());
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          interrupted.countDown();
        });
    FutureTask<Boolean> taking =
        started(
            () -> {
              caller.set(Thread.currentThread());
              Adoption adoption = Takeover.of(channel, first);
              boolean kept = Thread.interrupted();
              adoption.end(first);
              return kept;
            });

    assertTrue(of(taking), "the interrupt is kept for the operation");
    assertEquals(0, interrupted.getCount());
    assertTrue(channel.isBlocking());
  }

  @Test
  void shouldLeaveTheModeWhenItIsInterruptedBeforeTheChange() throws Exception {
    channel.operation = new CountDownLatch(1);
    AtomicReference<Thread> caller = new AtomicReference<>();
    FutureTask<Adoption> taking =
        started(
            () -> {
              caller.set(Thread.currentThread());
              return Takeover.of(channel, first);
            });
    PATIENTLY.until("it began", () -> caller.get() != null);
    caller.get().interrupt();
    Throwable why = assertThrows(Exception.class, () -> of(taking)).getCause();
    assertTrue(
        why instanceof InterruptedException || why instanceof IllegalStateException, why::toString);
    channel.operation.countDown();
    PATIENTLY.until("the one given up is over", () -> takingOver() == 0);
    Adoption next = Takeover.of(channel, first);
    next.end(first);
    assertTrue(channel.isBlocking());
  }

  @Test
  void shouldForgetTheModeThatTheProgramHasChangedSince() throws Exception {
    Adoption adoption = Takeover.of(channel, first);
    SelectionKey programs = channel.register(second, 0, null);
    adoption.end(first);
    assertFalse(channel.isBlocking(), "it is in the program's selector");
    programs.cancel();

    Takeover.of(channel, first).end(first);
    assertFalse(channel.isBlocking(), "as it came");
  }

  @Test
  void shouldSayThatTheChannelWasClosedBetweenTheTryAndTheWait() throws Exception {
    Adoption adoption = Takeover.of(channel, first);
    channel.close();
    assertFalse(adoption.interest(SelectionKey.OP_READ));
    adoption.end(first);
    assertThrows(ClosedChannelException.class, () -> Takeover.of(channel, first));
  }

  @Test
  void shouldGiveAPipeBackThatTwoHaveHad() throws Exception {
    Pipe pipe = Pipe.open();
    try (Pipe.SinkChannel sink = pipe.sink();
        Pipe.SourceChannel source = pipe.source();
        Waker waker = Waker.create();
        Waker otherWaker = Waker.create();
        InterruptibleIo io = InterruptibleIo.with(waker)) {
      sink.write(ByteBuffer.allocate(2));
      try (InterruptibleIo other = InterruptibleIo.with(otherWaker)) {
        assertEquals(1, io.read(source, ByteBuffer.allocate(1)));
        assertEquals(1, other.read(source, ByteBuffer.allocate(1)));
        io.release(source);
        assertFalse(source.isBlocking());
      }
      assertTrue(source.isBlocking());
    }
  }
}
