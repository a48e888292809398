/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.stress.Size;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Cancelled, with the channel open, the position exact and the token kept. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(120)
@NoLeaks
class InterruptibleIoTest {

  private static final Duration LONG = Duration.ofSeconds(50);
  private final Waker waker = Waker.create();

  private static <T> FutureTask<T> other(java.util.concurrent.Callable<T> task) {
    FutureTask<T> future = new FutureTask<>(task);
    Thread thread = new Thread(future, "other");
    thread.setDaemon(true);
    thread.start();
    return future;
  }

  private FutureTask<WakeResult> wakeSoon(int reason) {
    return other(
        () -> {
          untilAwaited();
          return waker.wake(reason);
        });
  }

  private void untilAwaited() {
    while (!waker.toString().contains("awaited")) {
      Thread.onSpinWait();
    }
    LockSupport.parkNanos(1_000_000);
  }

  private static boolean isInTheSystem(Thread thread) {
    StackTraceElement[] stack = thread == null ? new StackTraceElement[0] : thread.getStackTrace();
    return stack.length > 1
        && stack[0].isNativeMethod()
        && stack[0].getMethodName().equals("read0");
  }

  /** By the thread that waits for that, and takes it back as it comes too late. */
  private static boolean isModeChanging() {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Stream::of)
        .anyMatch(frame -> frame.getClassName().equals(Takeover.class.getName()));
  }

  private interface Operation {
    void run() throws Exception;
  }

  /** Cancels it in every way. */
  private void cancelled(Operation blocked) throws Exception {
    FutureTask<WakeResult> wake = wakeSoon(2);
    IoCancelledException woken = assertThrows(IoCancelledException.class, blocked::run);
    assertEquals(IoCancelledException.Reason.WOKEN, woken.reason());
    assertTrue(wake.get(30, TimeUnit.SECONDS) != WakeResult.CLOSED); // elided between two waits
    assertThrows(IoCancelledException.class, blocked::run, "as long as it is pending");
    assertEquals(2, waker.tryTake().reasons());
    Thread me = Thread.currentThread();
    FutureTask<Void> interrupt =
        other(
            () -> {
              untilAwaited();
              me.interrupt();
              return null;
            });
    assertThrows(InterruptedException.class, blocked::run);
    interrupt.get(30, TimeUnit.SECONDS);
    assertFalse(Thread.interrupted());
  }

  @Test
  void shouldRefuseToConnectToAnotherAddressWhileAConnectionIsUnderWay() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    List<SocketChannel> clients = new ArrayList<>();
    try (InterruptibleIo io = InterruptibleIo.with(waker);
        ServerSocketChannel full = ServerSocketChannel.open();
        ServerSocketChannel other = ServerSocketChannel.open()) {
      full.bind(new InetSocketAddress(loopback, 0), 1);
      other.bind(new InetSocketAddress(loopback, 0));
      SocketChannel late = null;
      while (late == null) { // nobody accepts: the system answers a few, and then nobody
        SocketChannel client = SocketChannel.open();
        clients.add(client);
        try {
          io.connect(client, full.getLocalAddress(), Duration.ofMillis(200));
        } catch (IoCancelledException e) {
          late = client;
        }
      }
      SocketChannel waiting = late;
      assertThrows(
          IllegalStateException.class, () -> io.connect(waiting, other.getLocalAddress(), LONG));
      assertThrows(
          IoCancelledException.class,
          () -> io.connect(waiting, full.getLocalAddress(), Duration.ofMillis(1)));
    } finally {
      for (SocketChannel client : clients) {
        client.close();
      }
    }
  }

  @Test
  void shouldCancelEverythingThatASocketDoes() throws Exception {
    try (InterruptibleIo io = InterruptibleIo.with(waker);
        ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      cancelled(() -> io.accept(server, LONG));
      try (SocketChannel client = SocketChannel.open()) {
        io.connect(client, server.getLocalAddress(), LONG);
        try (SocketChannel connection = io.accept(server, LONG)) {
          ByteBuffer buffer = ByteBuffer.allocate(100).position(3);
          cancelled(() -> io.read(client, buffer, LONG));
          assertEquals(3, buffer.position());
          connection.write(ByteBuffer.wrap(new byte[] {1, 2}));
          assertEquals(2, io.read(client, buffer));
          assertEquals(5, buffer.position());
          assertEquals(
              IoCancelledException.Reason.TIMEOUT,
              assertThrows(
                      IoCancelledException.class,
                      () -> io.read(client, buffer, Duration.ofMillis(20)))
                  .reason());

          // A write that fills everything up: what came through is what the position says.
          byte[] bytes = new byte[32 << 20];
          new Random(1).nextBytes(bytes);
          ByteBuffer source = ByteBuffer.wrap(bytes);
          cancelled(() -> io.write(client, source, LONG));
          assertTrue(client.isOpen());
          FutureTask<byte[]> reading =
              other(
                  () -> {
                    ByteBuffer all = ByteBuffer.allocate(bytes.length);
                    while (all.hasRemaining()) {
                      connection.read(all);
                    }
                    return all.array();
                  });
          io.write(client, source, LONG);
          assertArrayEquals(bytes, reading.get(40, TimeUnit.SECONDS));
          io.release(client);
          assertTrue(client.isBlocking(), "as it came");
          connection.close();
          assertEquals(-1, io.read(client, ByteBuffer.allocate(1)));
        }
      }
      io.release(server);
      assertTrue(server.isBlocking());
    }
  }

  @Test
  void shouldCancelPipesAndDatagrams() throws Exception {
    Pipe pipe = Pipe.open();
    try (InterruptibleIo io = InterruptibleIo.with(waker);
        DatagramChannel datagrams = DatagramChannel.open()) {
      cancelled(() -> io.read(pipe.source(), ByteBuffer.allocate(9), LONG));
      ByteBuffer flood = ByteBuffer.allocate(1 << 20);
      cancelled(() -> io.write(pipe.sink(), flood, LONG));
      ByteBuffer drained = ByteBuffer.allocate(flood.position());
      while (drained.hasRemaining()) {
        io.read(pipe.source(), drained);
      }
      datagrams.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      cancelled(() -> io.receive(datagrams, ByteBuffer.allocate(9), LONG));
      datagrams.send(ByteBuffer.allocate(4), datagrams.getLocalAddress());
      ByteBuffer datagram = ByteBuffer.allocate(9);
      assertEquals(datagrams.getLocalAddress(), io.receive(datagrams, datagram, LONG));
      assertEquals(4, datagram.position());
    } finally {
      pipe.sink().close();
      pipe.source().close();
    }
  }

  @Test
  void shouldRefuseAChannelThatAnotherThreadReadsInBlockingMode() throws Exception {
    Pipe pipe = Pipe.open();
    try (InterruptibleIo io = InterruptibleIo.with(waker)) {
      Thread[] reader = new Thread[1];
      FutureTask<Integer> reading =
          other(
              () -> {
                reader[0] = Thread.currentThread();
                return pipe.source().read(ByteBuffer.allocate(1));
              });
      Await.soon().until("it reads", () -> isInTheSystem(reader[0]));
      IllegalStateException inUse =
          assertThrows(
              IllegalStateException.class,
              () -> io.read(pipe.source(), ByteBuffer.allocate(1), LONG));
      Await.soon().until("its mode is to change", InterruptibleIoTest::isModeChanging);
      assertTrue(inUse.getMessage().contains("in use by another thread"), inUse.getMessage());
      pipe.sink().write(ByteBuffer.allocate(2));
      assertEquals(1, reading.get(30, TimeUnit.SECONDS));
      Await.soon().until("its mode is back", () -> !isModeChanging());
      assertTrue(pipe.source().isBlocking());
      assertEquals(1, io.read(pipe.source(), ByteBuffer.allocate(1), LONG));
    } finally {
      pipe.sink().close();
      pipe.source().close();
    }
  }

  @Test
  void shouldCancelTheStreamsOfAChildAndLoseNothing() throws Exception {
    try (InterruptibleIo io = InterruptibleIo.with(waker);
        Child child = Command.of("cat").stdin(Stdin.pipe()).stdout(Stdout.pipe()).start()) {
      byte[] buffer = new byte[100];
      cancelled(() -> io.read(child.stdout(), buffer, 0, 100, LONG));
      io.write(child.stdin(), new byte[] {5, 6, 7}, 1, 2, LONG);
      assertEquals(1, io.read(child.stdout(), buffer, 0, 1, LONG));
      assertEquals(1, io.read(child.stdout(), buffer, 1, 99, LONG));
      assertArrayEquals(new byte[] {6, 7, 0}, java.util.Arrays.copyOf(buffer, 3));

      // Nobody reads what cat says, so it stops reading: what it got is what is told.
      byte[] flood = new byte[8 << 20];
      FutureTask<WakeResult> wake =
          other(
              () -> {
                Await.soon().until("cat answers", () -> child.stdout().available() > 0);
                return waker.wake(1);
              });
      IoCancelledException full =
          assertThrows(
              IoCancelledException.class,
              () -> io.write(child.stdin(), flood, 0, flood.length, LONG));
      assertNotNull(wake.get(30, TimeUnit.SECONDS));
      waker.tryTake();
      assertTrue(full.bytesTransferred > 0 && full.bytesTransferred < flood.length);
      child.stdin().close();
      int came = 0;
      for (int count = 0; count >= 0; count = io.read(child.stdout(), flood, 0, 65_536, LONG)) {
        came += count;
      }
      assertEquals(full.bytesTransferred, came);
      assertThrows(
          IllegalArgumentException.class,
          () -> io.read(new ByteArrayInputStream(buffer), buffer, 0, 1, LONG));
    }
  }

  @Test
  void shouldLeaveTheChannelOpenInEveryOfManyCancellations() throws Exception {
    int rounds = Size.of(500, 10_000);
    Pipe pipe = Pipe.open();
    try (InterruptibleIo io = InterruptibleIo.with(waker)) {
      Thread me = Thread.currentThread();
      AtomicInteger round = new AtomicInteger();
      FutureTask<Void> canceller =
          other(
              () -> {
                for (int i = 1; i <= rounds; i++) {
                  while (round.get() != i || !waker.toString().contains("awaited")) {
                    Thread.yield();
                  }
                  if (i % 2 == 0) {
                    waker.wake(1);
                  } else {
                    me.interrupt();
                  }
                }
                return null;
              });
      int woken = 0;
      int interrupted = 0;
      while (woken + interrupted < rounds) {
        round.set(woken + interrupted + 1);
        try {
          io.read(pipe.source(), ByteBuffer.allocate(1), LONG);
        } catch (IoCancelledException e) {
          woken++;
          assertEquals(1, waker.tryTake().reasons(), "the token is kept");
        } catch (InterruptedException e) {
          interrupted++;
        }
        assertTrue(pipe.source().isOpen());
      }
      canceller.get(20, TimeUnit.SECONDS);
      Thread.interrupted();
      pipe.sink().write(ByteBuffer.allocate(1));
      assertEquals(1, io.read(pipe.source(), ByteBuffer.allocate(9), LONG));
    } finally {
      pipe.sink().close();
      pipe.source().close();
    }
  }

  @Test
  void shouldSayThatItIsClosed() throws Exception {
    InterruptibleIo io = InterruptibleIo.with(waker);
    waker.close();
    Pipe pipe = Pipe.open();
    try (PipeEnds closing = new PipeEnds(pipe)) {
      assertEquals(
          IoCancelledException.Reason.CLOSED,
          assertThrows(
                  IoCancelledException.class,
                  () -> io.read(pipe.source(), ByteBuffer.allocate(1), LONG))
              .reason());
      io.close();
      io.close();
      assertThrows(
          IllegalStateException.class, () -> io.read(pipe.source(), ByteBuffer.allocate(1), LONG));
    }
  }

  @Test
  void shouldTimeOutThoughAChannelIsReadyThatItWaitedForBefore() throws Exception {
    Pipe before = Pipe.open();
    Pipe now = Pipe.open();
    try (PipeEnds one = new PipeEnds(before);
        PipeEnds other = new PipeEnds(now);
        InterruptibleIo io = InterruptibleIo.with(waker)) {
      ByteBuffer buffer = ByteBuffer.allocate(1);
      for (Pipe pipe : List.of(before, now)) {
        IoCancelledException late =
            assertThrows(
                IoCancelledException.class,
                () -> io.read(pipe.source(), buffer, Duration.ofMillis(50)));
        assertEquals(IoCancelledException.Reason.TIMEOUT, late.reason());
        before.sink().write(ByteBuffer.allocate(1));
      }
      assertTrue(waker.stats().waits() < 10, waker.stats()::toString);
    }
  }

  @Test
  void shouldLeaveNoReadBehindWhenItCannotWaitForIt() throws Exception {
    try (Selector selector = Selector.open();
        Waker key = Waker.create();
        InterruptibleIo refused = InterruptibleIo.with(key);
        InterruptibleIo io = InterruptibleIo.with(waker);
        Child child = Command.of("cat").stdin(Stdin.pipe()).stdout(Stdout.pipe()).start()) {
      assertTrue(key.register(selector).isValid());
      byte[] buffer = new byte[9];
      assertThrows(
          IllegalStateException.class, () -> refused.read(child.stdout(), buffer, 0, 9, LONG));
      io.write(child.stdin(), new byte[] {1, 2, 3}, 0, 3, LONG);
      assertEquals(3, io.read(child.stdout(), buffer, 0, 9, Duration.ofSeconds(20)));
    }
  }

  @Test
  void shouldNotCallItAWakeUpWhenTheWakerIsBroken() throws Exception {
    waker.protocol().failed(new IOException("planted"));
    Pipe pipe = Pipe.open();
    try (PipeEnds closing = new PipeEnds(pipe);
        InterruptibleIo io = InterruptibleIo.with(waker)) {
      IllegalStateException broken =
          assertThrows(
              IllegalStateException.class,
              () -> io.read(pipe.source(), ByteBuffer.allocate(1), LONG));
      assertEquals("planted", broken.getCause().getMessage());
    }
  }

  private record PipeEnds(Pipe pipe) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      pipe.sink().close();
      pipe.source().close();
    }
  }
}
