/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.wake.Ready;
import dev.keelson.wake.SignalRoute;
import dev.keelson.wake.SignalRouter;
import dev.keelson.wake.SignalSupport;
import dev.keelson.wake.WaitSet;
import dev.keelson.wake.WaitSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A small event loop: sockets, a child and a signal in one wait, on one thread. Before that, the
 * pipe that programs build for it by hand, with the byte that nobody takes out.
 */
final class S12OneWait implements Story {

  private static final int SHUTDOWN = 1;
  private static final int CLIENTS = 3;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int MANY = 3;

  @Override
  public String id() {
    return "S12";
  }

  @Override
  public String title() {
    return "sockets, a child and a signal in one wait";
  }

  @Override
  public void tell(Stage stage) throws Exception {
    stage.say(
        "One byte in a pipe wakes a loop, which does its work and forgets to read the byte: how"
            + " often it comes round in 200 ms.");
    Experiment pipes = new Experiment(stage, Duration.ofSeconds(10));
    Experiment.Ending forgotten = pipes.run("pipe by hand", nap -> forgottenByte());
    Experiment.Ending taken = pipes.run("WaitSet", nap -> oneWake());
    pipes.report();
    stage.row("rounds for one wake-up", forgotten.answer(), taken.answer());
    stage.wound(rounds(forgotten) >= MANY, "a byte that nobody reads wakes for ever");
    stage.expect(
        taken.answer().equals("2 rounds") || taken.answer().equals("1 rounds"), // 200 ms at once
        "a wake-up is told once");

    String signal =
        SignalRouter.support("TERM") == SignalSupport.OK ? "TERM" : "USR1"; // else it says why
    stage.say(
        CLIENTS
            + " clients of an echo server, a child that exits with 7, and SIG"
            + signal
            + " to end it all: one thread, one wait.");
    Experiment loop = new Experiment(stage, Duration.ofSeconds(20));
    Experiment.Ending all = loop.run("WaitSet", nap -> serve(signal));
    loop.report();
    stage.row("echo server, child, signal", "a thread for each", all.answer());
    stage.expect(
        all.answer().startsWith("3 echoes, exit code 7, SIG" + signal),
        "everything comes by one wait");
  }

  private static int rounds(Experiment.Ending ending) {
    return ending.hung() ? 0 : Integer.parseInt(ending.answer().split(" ")[0]);
  }

  // broken

  private static String forgottenByte() throws IOException {
    Pipe pipe = Pipe.open();
    try (Selector selector = Selector.open();
        Pipe.SourceChannel source = pipe.source();
        Pipe.SinkChannel sink = pipe.sink()) {
      source.configureBlocking(false);
      source.register(selector, SelectionKey.OP_READ);
      sink.write(ByteBuffer.allocate(1));
      int rounds = 0;
      long began = System.nanoTime();
      for (long nanos = 0;
          nanos < LOOK_NANOS || (rounds < MANY && nanos < LONG_NANOS); // on a busy machine
          nanos = System.nanoTime() - began) {
        rounds += selector.select(TimeUnit.NANOSECONDS.toMillis(LOOK_NANOS)); // not if in vain
        selector.selectedKeys().clear();
      }
      return rounds + " rounds";
    }
  }

  // fixed

  private static String oneWake() throws InterruptedException {
    try (WaitSet set = WaitSet.create()) {
      set.waker().wake(SHUTDOWN);
      int rounds = 0;
      for (long began = System.nanoTime(); System.nanoTime() - began < LOOK_NANOS; rounds++) {
        set.await(Duration.ofNanos(LOOK_NANOS));
      }
      return rounds + " rounds";
    }
  }

  private static String serve(String signal) throws Exception {
    List<SocketChannel> connections = new ArrayList<>();
    try {
      return serve(signal, connections);
    } finally {
      for (SocketChannel connection : connections) {
        connection.close();
      }
    }
  }

  private static String serve(String signal, List<SocketChannel> connections) throws Exception {
    try (WaitSet set = WaitSet.create();
        ServerSocketChannel server = ServerSocketChannel.open();
        SignalRoute route = SignalRouter.on(signal).to(set.waker(), SHUTDOWN);
        Child child = Command.shell("sleep 0.2; exit 7").anyExit().start()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      server.configureBlocking(false);
      WaitSource<?> accepting = set.add(server, SelectionKey.OP_ACCEPT);
      WaitSource<?> exit = set.add(child.onExit());
      Thread clients = new Thread(() -> echo(server), "tour-clients");
      clients.setDaemon(true);
      clients.start();
      int echoes = 0;
      int waits = 0;
      String status = "no exit";
      boolean asked = false;
      while (true) {
        Ready ready = set.await(Duration.ofSeconds(10));
        waits++;
        for (WaitSource<?> source : ready.sources()) {
          if (source == accepting) {
            SocketChannel client = server.accept();
            if (client != null) {
              connections.add(client);
              client.configureBlocking(false);
              set.add(client, SelectionKey.OP_READ);
            }
          } else if (source == exit) {
            status = String.valueOf(child.onExit().get(1, TimeUnit.SECONDS));
          } else if (source instanceof WaitSource.Channel<?> channel
              && channel.channel() instanceof SocketChannel client) {
            echoes += answer(client, source) ? 1 : 0;
          }
        }
        if (echoes == CLIENTS && !status.equals("no exit") && !asked) {
          asked = true; // a second signal could come when nobody listens any more
          Command.of("kill", "-s", signal, String.valueOf(ProcessHandle.current().pid())).run();
        }
        if (ready.wakeup().has(SHUTDOWN) || waits > 1_000) {
          return echoes + " echoes, " + status + ", SIG" + signal + " in " + waits + " waits";
        }
      }
    }
  }

  private static boolean answer(SocketChannel client, WaitSource<?> source) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(100);
    if (client.read(bytes) < 0) {
      source.close();
      client.close();
      return false;
    }
    client.write(bytes.flip());
    return true;
  }

  private static void echo(ServerSocketChannel server) {
    for (int i = 0; i < CLIENTS; i++) {
      try (SocketChannel client = SocketChannel.open(server.getLocalAddress())) {
        client.write(ByteBuffer.wrap(new byte[] {(byte) i}));
        client.read(ByteBuffer.allocate(1));
      } catch (IOException e) {
        return; // the server is gone
      }
    }
  }
}
