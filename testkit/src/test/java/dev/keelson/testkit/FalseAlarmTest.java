/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.keelson.lock.LockRegistry;
import dev.keelson.lock.ResettableLock;
import dev.keelson.process.Command;
import dev.keelson.testkit.hazards.JvmProbe;
import dev.keelson.wake.WaitSet;
import dev.keelson.wake.Waker;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Two hundred correct little tests of many kinds, none of which may be blamed. */
@Tag("process")
class FalseAlarmTest {

  @Test
  void shouldBlameNoneOfTwoHundredCorrectTests() {
    EngineExecutionResults results =
        EngineTestKit.engine("junit-jupiter").selectors(selectClass(Correct.class)).execute();
    StringBuilder failures = new StringBuilder();
    results.testEvents().failed().stream().forEach(event -> failures.append(event).append('\n'));
    assertEquals("", failures.toString());
    assertEquals(200, results.testEvents().succeeded().count());
  }

  /** As a profiler does, or whoever wants to know what a test is waiting for. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void shouldBlameNobodyForAToolThatAttachesToTheJvm() throws Exception {
    String said = JvmProbe.of(AttachedMain.class).run();
    assertTrue(said.contains("told true\n"), said);
    assertTrue(said.contains("leaks []\n"), said);
    assertTrue(said.matches("(?s).*ignored .*socket:.*reason=of the JVM.*"), said);
  }

  @NoLeaks(withinMillis = 30_000) // nobody has to be quick
  @Timeout(120)
  static class Correct {

    @RepeatedTest(200)
    void shouldLeaveNothing(RepetitionInfo info) throws Exception {
      int number = info.getCurrentRepetition();
      switch (number % 14) {
        case 0 -> {} // nothing at all
        case 1 -> assertTrue(Command.of("echo", "x").run().stdoutText().startsWith("x"));
        case 2 -> plainProcess();
        case 3 -> pool();
        case 4 -> assertEquals(4_950, IntStream.range(0, 100).parallel().sum());
        case 5 -> assertEquals(7, CompletableFuture.supplyAsync(() -> 7).get());
        case 6 -> files();
        case 7 -> sockets();
        case 8 -> virtual();
        case 9 -> locks();
        case 10 -> wakers();
        case 11 -> assertTrue(new SecureRandom().nextInt(10) < 10);
        case 12 ->
            CompletableFuture.runAsync(
                    () -> {}, CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS))
                .get();
        default -> {
          Pipe pipe = Pipe.open();
          pipe.sink().close();
          pipe.source().close();
        }
      }
    }

    private static void plainProcess() throws Exception {
      Process process = new ProcessBuilder("true").start();
      process.waitFor();
      process.getInputStream().close();
      process.getErrorStream().close();
      process.getOutputStream().close();
    }

    private static void pool() throws Exception {
      ExecutorService pool = Executors.newFixedThreadPool(3);
      int seed = pool.submit(() -> new Random(1).nextInt()).get();
      assertEquals(new Random(1).nextInt(), seed);
      pool.shutdown();
      assertTrue(pool.awaitTermination(30, TimeUnit.SECONDS));
    }

    private static void files() throws Exception {
      Path file = Files.createTempFile("false", "alarm");
      Files.writeString(file, "x");
      try (InputStream in = Files.newInputStream(file)) {
        assertEquals('x', in.read());
      }
      Files.delete(file);
    }

    private static void sockets() throws Exception {
      try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
          Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
          Socket accepted = server.accept()) {
        client.getOutputStream().write(1);
        assertEquals(1, accepted.getInputStream().read());
      }
    }

    /** A virtual thread that waits for a socket: the JDK opens its pollers for it. */
    private static void virtual() throws Exception {
      if (Runtime.version().feature() < 21) {
        return;
      }
      try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        CompletableFuture<Integer> read = new CompletableFuture<>();
        Thread thread =
            startVirtual(
                () -> {
                  try (Socket accepted = server.accept()) {
                    read.complete(accepted.getInputStream().read());
                  } catch (Exception e) {
                    read.completeExceptionally(e);
                  }
                });
        Await.within(java.time.Duration.ofSeconds(30))
            .until("it waits", () -> thread.getState() == Thread.State.WAITING);
        try (Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
          client.getOutputStream().write(7);
          assertEquals(7, read.get());
        }
        thread.join();
      }
    }

    private static void locks() {
      ResettableLock lock = new LockRegistry().lock("correct");
      lock.lock();
      lock.unlock();
    }

    private static void wakers() throws Exception {
      try (WaitSet set = WaitSet.create();
          Waker waker = Waker.create()) {
        set.waker().wake();
        waker.wake();
        waker.await();
      }
    }
  }

  static Thread startVirtual(Runnable body) throws Exception {
    try {
      return (Thread)
          Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, body);
    } catch (InvocationTargetException e) {
      throw new AssertionError(e.getCause());
    }
  }
}
