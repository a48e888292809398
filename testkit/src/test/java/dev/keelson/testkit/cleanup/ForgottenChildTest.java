/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.ExitStatus;
import dev.keelson.process.Launcher;
import dev.keelson.process.SafeProcessBuilder;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.stress.JvmUnderTest;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A child that was dropped while it runs is told of, and left to run. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(120)
@NoLeaks
class ForgottenChildTest {

  private static final String DROPPED = "a Child was dropped without close()";

  /** The tests that this JVM has run: it tells of each place once. */
  private static final Set<String> RUN = ConcurrentHashMap.newKeySet();

  private final List<String> logged = new CopyOnWriteArrayList<>();
  private final Logger logger = Logger.getLogger("dev.keelson.process");
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          logged.add(line.getMessage());
        }

        @Override
        public void flush() {
          // nothing is kept back
        }

        @Override
        public void close() {
          // nothing is held
        }
      };

  @BeforeEach
  void listen(TestInfo test) {
    assumeTrue(RUN.add(test.getDisplayName()), "its places were told of in this JVM");
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
  }

  private boolean toldOf(String text) {
    return logged.stream().anyMatch(line -> line.startsWith(DROPPED) && line.contains(text));
  }

  /** Of what other tests have dropped it may tell, too. */
  private long timesTold(String text) {
    return logged.stream().filter(line -> line.startsWith(DROPPED) && line.contains(text)).count();
  }

  private void collectUntilToldOf(String text) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!toldOf(text)) {
      assertTrue(System.nanoTime() - end < 0, "nobody was told of " + text + ": " + logged);
      System.gc();
      Thread.sleep(5);
    }
  }

  /** Drops a child of which we want to hear, so that all that came before must have been heard. */
  private void collectAll(Launcher launcher, int round) throws Exception {
    long pid = dropped(launcher, Command.of("sleep", "30." + round));
    collectUntilToldOf("pid " + pid);
  }

  private static long dropped(Launcher launcher, Command command) throws Exception {
    return launcher.start(command).pid();
  }

  @Test
  void shouldTellWhereADroppedChildWasStartedAndLeaveItAlone() throws Exception {
    try (Launcher launcher = Launcher.builder().build()) {
      Command command = Command.of("sleep", "30").secretArg("0.31415");
      long pid = dropped(launcher, command);
      collectUntilToldOf("pid " + pid);
      String line =
          logged.stream().filter(each -> each.contains("pid " + pid)).findFirst().orElseThrow();
      assertTrue(line.contains(command.toString()), line);
      assertFalse(line.contains("31415"), line);
      int site = line.indexOf("\n    at ");
      assertTrue(
          line.startsWith("ForgottenChildTest.dropped", line.indexOf("Forgotten", site)), line);
      assertEquals(1, launcher.children().size(), "it is still known");
      Child again = launcher.children().iterator().next();
      assertTrue(again.isAlive());
      assertEquals(pid, again.pid());
    } // closing the launcher ends it
  }

  @Test
  void shouldTellNothingOfWhatIsFollowedClosedOrOver() throws Exception {
    try (Launcher launcher = Launcher.builder().build()) {
      Command sleep = Command.of("sleep", "33");
      launcher.start(sleep).close();
      launcher.start(Command.of("true")).await();
      launcher.start(Command.of("echo", "x")).result();
      launcher.run(Command.of("true"));
      CompletableFuture<?> running = launcher.runAsync(sleep);
      CompletableFuture<ExitStatus> exit = launcher.start(sleep).onExit();
      InputStream stream = launcher.start(sleep.stdout(Stdout.pipe())).stdout();
      Process view = launcher.start(sleep).asProcess();
      Process dropIn = new SafeProcessBuilder("sleep", "33").launcher(launcher).start();
      Child held = launcher.start(sleep);
      Child detached = launcher.start(Command.of("sleep", "0.5").detached());
      assertEquals(held, held);
      assertTrue(launcher.children().contains(held));
      detached = null;
      logged.clear();
      collectAll(launcher, 1);
      collectAll(launcher, 2);
      assertEquals(2, timesTold("shouldTellNothingOfWhatIsFollowedClosedOrOver"), logged::toString);
      assertTrue(held.isAlive());
      assertTrue(view.isAlive());
      assertFalse(exit.isDone());
      assertEquals(0, stream.available());
      dropIn.destroy();
      dropIn.waitFor();
      running.cancel(true);
    }
  }

  /** The second of two dropped at one place is counted, not told again: the places must differ. */
  @Test
  void shouldTellOncePerPlace() throws Exception {
    try (Launcher launcher = Launcher.builder().build()) {
      for (int i = 0; i < 3; i++) {
        launcher.start(Command.of("sleep", "34"));
      }
      collectAll(launcher, 3); // what one collection finds is told in any order
      collectAll(launcher, 4);
      assertEquals(1, timesTold("sleep 34"), logged::toString);
      assertEquals(3, timesTold("shouldTellOncePerPlace"), logged::toString);
    }
  }

  @Test
  void shouldFollowNobodyWhenOff() throws Exception {
    try (JvmUnderTest jvm = JvmUnderTest.start(DroppingMain.class, "-Dkeelson.leaks=off")) {
      assertEquals("0 following", jvm.answer());
    }
    try (JvmUnderTest jvm = JvmUnderTest.start(DroppingMain.class)) {
      assertEquals("1 following", jvm.answer());
    }
  }
}
