/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.wake.InterruptibleIo;
import dev.keelson.wake.IoCancelledException;
import dev.keelson.wake.Waker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;

/** Reads from a socket that can be cancelled, and how long the cancelling takes. */
final class InterruptibleReadBenchmark {

  private static final String PLAIN = "SocketChannel";
  private static final int BLOCK = 64 << 10;

  /** Two ends of a connection. */
  private record Connection(SocketChannel here, SocketChannel there) implements AutoCloseable {
    static Connection open() throws IOException {
      try (ServerSocketChannel server = ServerSocketChannel.open()) {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return new Connection(SocketChannel.open(server.getLocalAddress()), server.accept());
      }
    }

    @Override
    public void close() throws IOException {
      here.close();
      there.close();
    }
  }

  private interface Read {
    int into(ByteBuffer target) throws Exception;
  }

  private InterruptibleReadBenchmark() {}

  static void run(Options options) throws Exception {
    int mib = options.number("mib", 256);
    Rounds rounds =
        new Rounds(options)
            .side(Side.KEELSON, () -> interruptible(mib))
            .side(PLAIN, () -> plain(mib));
    Map<String, Double> nanos = new LinkedHashMap<>();
    rounds
        .medians("read", options.number("rounds", 11), 1, 2)
        .forEach((side, micros) -> nanos.put(side, micros * 1_000 / (mib * 16.0)));
    new WakeLines("interruptible-read", options).bar(Side.KEELSON, PLAIN, 1 / 0.85).print(nanos);
    cancel(options);
  }

  private static void interruptible(int mib) throws Exception {
    try (Connection connection = Connection.open();
        Waker waker = Waker.create();
        InterruptibleIo io = InterruptibleIo.with(waker)) {
      read(connection, mib, target -> io.read(connection.here, target));
    }
  }

  private static void plain(int mib) throws Exception {
    try (Connection connection = Connection.open()) {
      read(connection, mib, connection.here::read);
    }
  }

  private static void read(Connection connection, int mib, Read read) throws Exception {
    long all = (long) mib << 20;
    FutureTask<Void> writing =
        new FutureTask<>(
            () -> {
              ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
              for (long sent = 0; sent < all; sent += BLOCK) {
                block.clear();
                while (block.hasRemaining()) {
                  connection.there.write(block);
                }
              }
              return null;
            });
    new Thread(writing).start();
    ByteBuffer target = ByteBuffer.allocateDirect(BLOCK);
    for (long came = 0; came < all; ) {
      came += read.into(target.clear());
    }
    writing.get();
  }

  /** From the wake until the blocked thread is out, beside a selector's. */
  static void cancel(Options options) throws Exception {
    int cancels = options.number("cancels", 10_000);
    cancels(cancels);
    wakeups(cancels);
    long[] ours = cancels(cancels);
    long[] theirs = wakeups(cancels);
    WakeLines lines =
        new WakeLines("interruptible-cancel", options).bar(Side.KEELSON, "Selector", 1.5);
    lines.spread(Side.KEELSON, ours);
    lines.spread("Selector", theirs);
    Map<String, Double> medians = new LinkedHashMap<>();
    medians.put(Side.KEELSON, WakeLines.perMille(ours, 500));
    medians.put("Selector", WakeLines.perMille(theirs, 500));
    lines.print(medians);
  }

  private static long[] wakeups(int wakeups) throws Exception {
    try (Selector selector = Selector.open()) {
      return latencies(wakeups, selector::wakeup, selector::select);
    }
  }

  private static long[] cancels(int cancels) throws Exception {
    try (Connection connection = Connection.open();
        Waker waker = Waker.create();
        InterruptibleIo io = InterruptibleIo.with(waker)) {
      ByteBuffer target = ByteBuffer.allocate(1);
      long[] nanos =
          latencies(
              cancels,
              waker::wake,
              () -> {
                try {
                  io.read(connection.here, target);
                  throw new AssertionError("nothing was sent");
                } catch (IoCancelledException cancelled) {
                  waker.tryTake();
                }
              });
      if (!connection.here.isOpen()) {
        throw new AssertionError("closed");
      }
      return nanos;
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // yields to the waiter on a single core
  private static long[] latencies(int times, Runnable wake, Side.Action blocked) throws Exception {
    long[] nanos = new long[times];
    long[] woken = new long[1];
    Thread main = Thread.currentThread();
    FutureTask<Void> waiting =
        new FutureTask<>(
            () -> {
              for (int i = 0; i < times; i++) {
                blocked.run();
                nanos[i] = System.nanoTime() - woken[0];
                LockSupport.unpark(main);
              }
              return null;
            });
    Thread thread = new Thread(waiting);
    thread.start();
    for (int i = 0; i < times; i++) {
      LockSupport.parkNanos(50_000); // the permit of the round before
      LockSupport.parkNanos(50_000); // it is blocked by then
      woken[0] = System.nanoTime();
      wake.run();
      while (nanos[i] == 0 && !waiting.isDone()) {
        Thread.yield();
      }
    }
    waiting.get();
    return nanos;
  }
}
