/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples.snippets;

import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.cleanup.CleanupRealm;
import dev.keelson.examples.snippets.CleanupSnippets.OldScratch;
import dev.keelson.examples.snippets.CleanupSnippets.Region;
import dev.keelson.examples.snippets.CleanupSnippets.Scratch;
import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.Gc;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.wake.SignalRouter;
import dev.keelson.wake.SignalSupport;
import dev.keelson.wake.Waker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs what docs/waker.md and docs/cleanup.md show. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(120)
@NoLeaks(withinMillis = 30_000) // nobody has to be quick
class SnippetsOfWakersTest {

  private static final Cleaner THEIRS = Cleaner.create();

  @TempDir Path directory;

  /** The thread of a Cleaner stays for as long as its class. */
  @BeforeAll
  static void shouldDeleteWhenTheOldLinesAreClosed(@TempDir Path once) throws Exception {
    Path file = Files.createFile(once.resolve("scratch"));
    new OldScratch(file).close();
    assertFalse(Files.exists(file));
  }

  private static FutureTask<Void> start(Printed.Work work) {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              work.run();
              return null;
            });
    new Thread(task, "snippet").start();
    return task;
  }

  @Test
  void shouldRunTheTasksAndReturnWhenTheWakerIsClosed() throws Exception {
    Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    Queue<String> ran = new ConcurrentLinkedQueue<>();
    try (Waker waker = Waker.create()) {
      FutureTask<Void> loop = start(() -> WakerSnippets.loop(waker, queue));
      queue.add(() -> ran.add("one"));
      waker.wake();
      Await.soon().until("one ran", () -> ran.contains("one"));
      assertFalse(loop.isDone());
      queue.add(() -> ran.add("two"));
      waker.close();
      loop.get(30, SECONDS);
      assertEquals(List.of("one", "two"), List.copyOf(ran));
    }
  }

  @Test
  void shouldHandleKeysAndTasksWhenOneSelectWaitsForBoth() throws Exception {
    Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    Queue<Object> seen = new ConcurrentLinkedQueue<>();
    Pipe pipe = Pipe.open();
    try (Selector selector = Selector.open();
        Pipe.SourceChannel source = pipe.source();
        Pipe.SinkChannel sink = pipe.sink();
        Waker waker = Waker.on(selector)) {
      source.configureBlocking(false);
      SelectionKey key = source.register(selector, SelectionKey.OP_READ);
      FutureTask<Void> loop =
          start(
              () ->
                  WakerSnippets.selectorLoop(
                      waker,
                      selector,
                      queue,
                      ready -> {
                        assertEquals(1, read(source));
                        seen.add(ready);
                      }));
      queue.add(() -> seen.add("task"));
      sink.write(ByteBuffer.wrap(new byte[1]));
      Await.soon().until("both are seen", () -> seen.size() == 2);
      assertEquals(List.of(key, "task"), List.copyOf(seen));
      sink.write(ByteBuffer.wrap(new byte[1]));
      Await.soon().until("the key is seen again", () -> seen.size() == 3);
      queue.add(() -> seen.add("another task"));
      waker.wake();
      Await.soon().until("the task is run", () -> seen.contains("another task"));
      waker.close();
      loop.get(30, SECONDS);
    }
  }

  private static int read(Pipe.SourceChannel source) {
    try {
      return source.read(ByteBuffer.allocate(2));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldServeUntilTheChildEnds() throws Exception {
    serve(child -> child.stdin().close());
  }

  @Test
  void shouldServeUntilASignalComes() throws Exception {
    serve(child -> Command.of("kill", "-TERM", "" + ProcessHandle.current().pid()).run());
  }

  /** What ends it. */
  private interface End {
    void now(Child child) throws Exception;
  }

  private static void serve(End end) throws Exception {
    assumeTrue(SignalRouter.support("TERM") == SignalSupport.OK);
    assumeTrue(SignalRouter.support("INT") == SignalSupport.OK);
    Queue<SocketChannel> accepted = new ConcurrentLinkedQueue<>();
    try (ServerSocketChannel server = ServerSocketChannel.open();
        Child child = Command.of("cat").stdin(Stdin.pipe()).start()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      server.configureBlocking(false);
      FutureTask<Void> serving = start(() -> WakerSnippets.serve(server, child, accepted::add));
      for (int i = 1; i <= 2; i++) {
        int wanted = i;
        SocketChannel.open(server.getLocalAddress()).close();
        Await.soon().until("it is accepted", () -> accepted.size() == wanted);
      }
      assertFalse(serving.isDone());
      end.now(child);
      serving.get(30, SECONDS);
    } finally {
      for (SocketChannel each : accepted) {
        each.close();
      }
    }
  }

  @Test
  void shouldLeaveTheIndexOpenWhenAQueryIsCancelled() throws Exception {
    Path index = directory.resolve("index");
    Files.writeString(index, "twelve bytes");
    ByteBuffer page = ByteBuffer.allocate(100);
    try (Waker cancel = Waker.create();
        FileChannel file = FileChannel.open(index)) {
      cancel.wake();
      assertEquals(0, WakerSnippets.query(cancel, file, page));
      assertTrue(file.isOpen());
      assertTrue(cancel.tryTake().isSignalled());
      assertEquals(12, WakerSnippets.query(cancel, file, page));
      assertEquals("twelve bytes", StandardCharsets.UTF_8.decode(page.flip()).toString());
    }
  }

  @Test
  void shouldShutDownInOrderAndDeleteTheFileWhenTermComes() throws Exception {
    assumeTrue(SignalRouter.support("TERM") == SignalSupport.OK);
    assumeTrue(SignalRouter.support("INT") == SignalSupport.OK, "the route of both is refused");
    Path file = Files.createFile(directory.resolve("temporary"));
    try (Child child = signalledJvm(file)) {
      BufferedReader out = new BufferedReader(new InputStreamReader(child.stdout()));
      assertEquals("ready", out.readLine());
      assertTrue(child.signal("TERM"));
      assertEquals("shutdown true, the file waits true", out.readLine());
      assertEquals(143, child.result().exitCode());
      assertFalse(Files.exists(file));
    }
  }

  @Test
  void shouldHaltWhenASecondIntComes() throws Exception {
    assumeTrue(SignalRouter.support("INT") == SignalSupport.OK);
    Path file = Files.createFile(directory.resolve("temporary"));
    try (Child child = signalledJvm(file)) {
      BufferedReader out = new BufferedReader(new InputStreamReader(child.stdout()));
      assertEquals("ready", out.readLine());
      assertTrue(child.signal("INT"));
      assertEquals("shutdown true, the file waits true", out.readLine());
      assertTrue(child.isAlive());
      Await.within(ofSeconds(60)) // equal signals that are pending are one
          .until("a second one has come", () -> !child.signal("INT") || !child.isAlive());
      assertEquals(130, child.result().exitCode());
      assertTrue(Files.exists(file), "halt runs nothing");
    }
  }

  private static Child signalledJvm(Path file) throws Exception {
    return Command.of(Path.of(System.getProperty("java.home"), "bin", "java"))
        .args("-Xmx64m", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
        .args("-cp", System.getProperty("java.class.path"))
        .args(SignalledJvm.class.getName(), file.toString())
        .stdout(Stdout.pipe())
        .timeout(ofSeconds(100))
        .anyExit()
        .start();
  }

  @Test
  void shouldDeleteTheScratchWhenItIsClosedOrDropped() throws Exception {
    Path file = Files.createFile(directory.resolve("scratch"));
    try (Scratch scratch = new Scratch(file)) {
      assertTrue(Files.exists(file));
    }
    assertFalse(Files.exists(file));
    Files.createFile(file);
    Gc.assertCollectable(() -> new Scratch(file));
    Await.soon().until("the file is gone", () -> !Files.exists(file));
  }

  @Test
  void shouldNeverDeleteWhenTheOldLinesKeepTheirOwner() throws Exception {
    Path file = Files.createFile(directory.resolve("scratch"));
    Gc.assertRetained(() -> new OldScratch(file));
    assertTrue(Files.exists(file));
  }

  @Test
  void shouldReadWhatIsNotFreedWhenTheOwnerIsFenced() {
    try (Region region = new Region()) {
      assertEquals(4_096, region.read());
    }
  }

  @Test
  void shouldCloseTheLatestFirstWhenThereAreSeveral() {
    Object owner = new Object();
    Queue<String> closed = new ConcurrentLinkedQueue<>();
    try (CleanupRealm realm = CleanupRealm.named("several")) {
      CleanupSnippets.several(realm, owner, () -> closed.add("log"), () -> closed.add("socket"));
      assertEquals(List.of(), List.copyOf(closed));
    }
    assertEquals(List.of("socket", "log"), List.copyOf(closed));
    Reference.reachabilityFence(owner);
  }

  @Test
  void shouldRunWhatWaitsWhenThePlugInsRealmIsLeft() throws Exception {
    CleanupSnippets.CLEANED_UP.clear();
    try (CleanupRealm checked = CleanupSnippets.realms(THEIRS)) {
      assertEquals(List.of("plug-in"), List.copyOf(CleanupSnippets.CLEANED_UP));
      CleanupSnippets.runPlugin(checked);
      assertEquals(1, checked.size());
    }
    assertEquals(List.of("plug-in", "cleaner"), List.copyOf(CleanupSnippets.CLEANED_UP));
  }

  @Test
  void shouldPrintAReportWhenAnOwnerWasNotClosed() throws Exception {
    try (Printed out = Printed.out();
        CleanupRealm realm = CleanupSnippets.reports()) {
      Gc.assertCollectable(
          () -> {
            Object owner = new Object();
            for (int i = 0; i < 4_000; i++) { // one in 128 is followed, by chance
              owner = new Object();
              realm.register(owner, "state", state -> {});
            }
            return owner;
          });
      Await.soon().until("all are cleaned up", () -> realm.size() == 0);
      assertEquals(1, realm.leaks().size());
      assertTrue(out.text().contains(" in realm files"), out.text());
      assertTrue(out.text().contains(getClass().getName()), out.text());
    }
  }
}
