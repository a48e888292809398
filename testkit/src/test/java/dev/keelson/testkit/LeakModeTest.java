/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Keelson created for one scope, whatever happens beside it. */
@Tag("process")
class LeakModeTest {

  private static final LeakPolicy TOKEN =
      LeakPolicy.standard().mode(LeakMode.TOKEN).scope("the test").within(ofSeconds(30));

  @TempDir Path directory;

  private static Child sleeper() throws Exception {
    return Command.of("sleep", "300").stdin(Stdin.empty()).stdout(Stdout.discard()).start();
  }

  @Test
  void shouldBlameTheScopeThatStartedTheChildAndNoOther() throws Exception {
    LeakScope one = LeakScope.open(TOKEN);
    one.leave();
    LeakScope other = LeakScope.open(TOKEN);
    other.leave();
    LeakScope working = one.enter();
    Child child = sleeper();
    working.leave();
    try {
      List<Leak> leaks = one.within(ofMillis(50)).check().leaks(LeakKind.SURVIVOR);
      assertEquals(1, leaks.size(), leaks.toString());
      assertTrue(leaks.get(0).name().startsWith("pid " + child.pid() + " "), leaks.toString());
      assertEquals("running child", leaks.get(0).state());
      other.assertNoLeaks();
    } finally {
      child.close();
    }
    one.assertNoLeaks();
  }

  @Test
  void shouldFollowThreadsThatAreStartedButNotPoolsThatWereThere() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(1);
    try {
      pool.submit(() -> {}).get();
      LeakScope scope = LeakScope.open(TOKEN);
      Child[] children = new Child[2];
      Thread thread =
          new Thread(
              () -> {
                try {
                  children[0] = sleeper();
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
      thread.start();
      thread.join();
      pool.submit(() -> children[1] = sleeper()).get();
      scope.leave();
      try {
        List<Leak> leaks = scope.within(ofMillis(50)).check().leaks(LeakKind.SURVIVOR);
        assertEquals(1, leaks.size(), leaks.toString());
        assertTrue(leaks.get(0).name().startsWith("pid " + children[0].pid() + " "));
      } finally {
        children[0].close();
        children[1].close();
      }
      scope.assertNoLeaks();
    } finally {
      pool.shutdownNow();
      assertTrue(pool.awaitTermination(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void shouldKnowAnEscapedGrandchildByItsCookie() throws Exception {
    Path pid = directory.resolve("pid");
    LeakScope scope = LeakScope.open(TOKEN);
    // The grandchild's standard streams are not the child's, or the child would wait for it.
    Command.of("sh", "-c", "setsid sleep 300 </dev/null >/dev/null 2>&1 & echo $! > " + pid).run();
    ProcInfo grandchild =
        Await.within(ofSeconds(30))
            .present(
                "the grandchild on its own",
                () ->
                    Procs.find(Long.parseLong(Files.readString(pid).strip()))
                        .filter(process -> process.name().equals("sleep")));
    try {
      Await.within(ofSeconds(30))
          .until(
              "it is blamed",
              () ->
                  scope.within(ofMillis(50)).check().leaks(LeakKind.SURVIVOR).stream()
                      .anyMatch(
                          leak ->
                              leak.process() != null
                                  && leak.process().isSameProcess(grandchild)
                                  && leak.state().startsWith("escaped, parent is now ")));
      LeakError error = assertThrows(LeakError.class, scope.within(ofMillis(50))::close);
      assertTrue(
          String.valueOf(error.getMessage())
              .contains("quarantine: killed [pid " + grandchild.pid() + "]"));
      Await.within(ofSeconds(30)).until("it is gone", () -> Procs.isGone(grandchild));
    } finally {
      Procs.kill(grandchild);
    }
  }

  @Test
  void shouldBlameADescriptorOfKeelsonsAndNoneOfOthers() throws Exception {
    Path file = Files.createFile(directory.resolve("open"));
    LeakScope scope = LeakScope.open(TOKEN.within(ofMillis(50)));
    try (InputStream in = new FileInputStream(file.toFile())) {
      scope.assertNoLeaks(); // nobody told of it
      int number = descriptor(file);
      Creation creation = Creations.created(Creation.Kind.DESCRIPTOR, number, () -> "a pipe");
      try {
        LeakError error = assertThrows(LeakError.class, scope::close);
        String message = String.valueOf(error.getMessage());
        assertTrue(message.startsWith("1 descriptor leaked by the test"), message);
        assertTrue(message.contains("shouldBlameADescriptorOfKeelsons"), message);
      } finally {
        Creations.ended(creation);
      }
      assertEquals(-1, in.read());
    }
  }

  private static int descriptor(Path file) {
    return Procs.descriptors(ProcessHandle.current().pid()).entrySet().stream()
        .filter(entry -> entry.getValue().equals(file.toString()))
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  @Test
  void shouldStillBlameAChildWhenAnAssertionAskedForDescriptorsOnly() throws Exception {
    Path file = Files.createFile(directory.resolve("open"));
    LeakScope scope = LeakScope.open(TOKEN.within(ofMillis(50)));
    Child child = sleeper();
    try (InputStream in = new FileInputStream(file.toFile())) {
      int number = descriptor(file);
      Creation creation = Creations.created(Creation.Kind.DESCRIPTOR, number, () -> "a pipe");
      try {
        assertThrows(LeakError.class, () -> Descriptors.assertNoneLeft(scope));
        LeakError error = assertThrows(LeakError.class, scope::close);
        String message = String.valueOf(error.getMessage());
        assertTrue(message.startsWith("1 survivor leaked by the test"), message);
      } finally {
        Creations.ended(creation);
      }
      assertEquals(-1, in.read());
    } finally {
      child.close();
    }
  }

  /** A worker that was missing inherited the scope of whoever submitted, and kept it for good. */
  @Test
  void shouldNotCountWhatTheWorkersOfAForkJoinPoolDo() throws Exception {
    LeakScope scope = LeakScope.open(TOKEN);
    List<Child> children = new CopyOnWriteArrayList<>();
    ForkJoinPool pool = new ForkJoinPool(1);
    try {
      pool.submit(() -> children.add(sleeper())).get();
      pool.submit(
              () -> {
                FutureTask<Boolean> task = new FutureTask<>(() -> children.add(sleeper()));
                new Thread(task, "started-by-a-worker").start();
                return task.get();
              })
          .get();
      List<Leak> leaks =
          pool.submit(
                  () -> {
                    LeakScope own = LeakScope.open(TOKEN.within(ofMillis(50)));
                    children.add(sleeper());
                    own.leave();
                    return own.check().leaks(LeakKind.SURVIVOR);
                  })
              .get();
      scope.leave();
      assertEquals(1, leaks.size(), "a worker's own scope counts: " + leaks);
      LeakFindings findings = scope.within(ofMillis(50)).check();
      assertTrue(findings.isClean(), findings.toText());
    } finally {
      children.forEach(Child::close);
      pool.shutdownNow();
      assertTrue(pool.awaitTermination(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void shouldRefuseToLookForThreadsWhichItCannotSee() {
    LeakPolicy threads = TOKEN.only(LeakKind.THREAD);
    assertThrows(IllegalArgumentException.class, () -> LeakScope.open(threads));
    try (LeakScope scope = LeakScope.open(TOKEN)) {
      assertThrows(IllegalArgumentException.class, () -> Threads.assertNoneLeft(scope));
      Processes.assertNoneLeft(scope);
    }
  }

  @Test
  void shouldBeCleanAfterAWholeLife() throws Exception {
    try (LeakScope scope = LeakScope.open(TOKEN)) {
      for (int i = 0; i < 5; i++) {
        Command.of("true").run();
      }
      try (LeakScope inner = LeakScope.open(TOKEN)) {
        sleeper().close();
        assertTrue(inner.check().isClean());
      }
      assertTrue(scope.check().isClean());
    }
  }

  @Test
  void shouldCountAnInnerScopesChildrenForTheOuterOneToo() throws Exception {
    LeakScope outer = LeakScope.open(TOKEN.within(ofMillis(50)));
    LeakScope inner = LeakScope.open(TOKEN.within(ofMillis(50)));
    Child child = sleeper();
    try {
      assertEquals(1, outer.check().leaks(LeakKind.SURVIVOR).size());
      assertThrows(LeakError.class, inner::close); // and kills it
      Await.within(ofSeconds(30)).until("it is gone", () -> !child.isAlive());
    } finally {
      child.close();
    }
    Await.within(ofSeconds(30)).until("the outer scope is clean", () -> outer.check().isClean());
    outer.close();
  }
}
