/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.testkit.Await;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import dev.keelson.testkit.stress.InTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the guard promises, on JVMs that really end. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class OrphanGuardTest {

  private static final Duration PROMISE = Duration.ofMillis(1_500);

  @ParameterizedTest
  @ValueSource(strings = {"kill", "halt", "exit"})
  void shouldEndTheTreesHoweverTheJvmEnds(String end) throws Exception {
    try (GuardedJvm jvm = GuardedJvm.start()) {
      assertEquals("guarded", jvm.tell("start obeying sleeper"));
      assertEquals("guarded", jvm.tell("start stubborn stubborn"));
      assertEquals("guarded", jvm.tell("start daemon daemon"));
      jvm.awaitFamily("stubborn", 3);
      jvm.awaitFamily("daemon", 1);

      if (end.equals("kill")) {
        jvm.kill();
      } else {
        jvm.send(end);
        assertTrue(jvm.process().waitFor(20, TimeUnit.SECONDS));
      }
      InTime.gone("nobody survives", PROMISE, jvm::family);
    }
  }

  @Test
  void shouldEndTreesThatForkMeanwhile() throws Exception {
    try (GuardedJvm jvm = GuardedJvm.start()) {
      jvm.tell("start storm storm");
      jvm.tell("start chain chain");
      Await.soon().until("the storm has begun", () -> jvm.family("storm").size() > 3);

      jvm.kill();
      InTime.gone("nobody survives", PROMISE, jvm::family);
    }
  }

  @Test
  void shouldLeaveRemovedTreesAndStrangersAlone() throws Exception {
    try (GuardedJvm jvm = GuardedJvm.start();
        GuardedJvm other = GuardedJvm.start()) {
      jvm.tell("start removed sleeper");
      jvm.tell("start kept sleeper");
      jvm.tell("remove removed");
      other.tell("start stranger sleeper");
      jvm.awaitFamily("", 2);
      other.awaitFamily("", 1);
      ProcInfo watchdog = jvm.watchdog();

      jvm.kill();
      InTime.gone("the kept one is ended", PROMISE, () -> jvm.family("kept"));
      awaitGone(watchdog);
      jvm.awaitFamily("removed", 1);
      other.awaitFamily("stranger", 1);

      other.kill();
      InTime.gone("nobody survives", PROMISE, other::family);
    }
  }

  @Test
  void shouldEndNobodyWhereNothingIsGuarded() throws Exception {
    try (GuardedJvm jvm = GuardedJvm.start()) {
      jvm.tell("start bystander sleeper");
      jvm.tell("remove bystander");
      jvm.awaitFamily("", 1);
      ProcInfo watchdog = jvm.watchdog();

      jvm.kill();
      Await.soon().until("it ends", () -> !Procs.isAlive(watchdog));
      jvm.awaitFamily("", 1);
    }
  }

  @Test
  void shouldSurviveEverySignalThatIsMeantForTheJvm() throws Exception {
    try (GuardedJvm jvm = GuardedJvm.startInOwnSession()) {
      jvm.tell("start child stubborn");
      jvm.awaitFamily("child", 3);
      ProcInfo watchdog = jvm.watchdog();
      ProcInfo leader = Procs.find(jvm.process().pid()).orElseThrow();
      assertEquals(leader.pid(), leader.group(), "the JVM leads its group");

      for (String signal : List.of("INT", "QUIT", "HUP", "TERM", "PIPE", "TSTP")) {
        assertTrue(Procs.signal(watchdog, signal), signal);
      }
      assertTrue(Procs.isAlive(watchdog));
      Await.soon()
          .value("it waits", () -> Procs.now(watchdog).orElseThrow().state(), s -> s == 'S');

      assertEquals(0, shell("kill -s KILL -- -" + leader.group()));
      assertTrue(jvm.process().waitFor(20, TimeUnit.SECONDS));
      InTime.gone("nobody survives", PROMISE, jvm::family);
      awaitGone(watchdog);
    }
  }

  @Test
  void shouldHoldNothingOfTheProgram() throws Exception {
    try (GuardedJvm jvm = GuardedJvm.start()) {
      jvm.tell("start child sleeper");
      ProcInfo watchdog = jvm.watchdog();

      Map<Integer, String> descriptors = new TreeMap<>(Procs.descriptors(watchdog.pid()));
      assertTrue(descriptors.remove(0).startsWith("pipe:"));
      assertEquals("/dev/null", descriptors.remove(1));
      assertEquals("/dev/null", descriptors.remove(2));
      assertTrue(descriptors.remove(3).endsWith(".guard (deleted)"));
      assertEquals(Map.of(), descriptors);
      assertEquals(Path.of("/"), Files.readSymbolicLink(proc(watchdog, "cwd")));
      assertEquals(watchdog.pid(), watchdog.session());
      List<String> environment = Procs.environment(watchdog.pid());
      assertEquals(1, environment.size(), environment::toString);
      assertTrue(environment.get(0).startsWith("PATH="), environment::toString);
    }
  }

  @Test
  void shouldBeStartedAgainWithTheTableOfTheLastOne() throws Exception {
    try (GuardedJvm jvm = GuardedJvm.start()) {
      jvm.tell("start before stubborn");
      jvm.tell("start gone sleeper");
      jvm.awaitFamily("before", 3);
      ProcInfo first = jvm.watchdog();
      assertTrue(Procs.kill(first));
      awaitGone(first);
      jvm.awaitLine("the next launch starts another");

      jvm.tell("remove gone");
      assertEquals("guarded", jvm.tell("start after sleeper"));
      ProcInfo second = jvm.watchdog();
      assertTrue(second.pid() != first.pid());
      jvm.awaitFamily("", 5);

      jvm.kill();
      InTime.gone("before", PROMISE, () -> jvm.family("before"));
      InTime.gone("after", PROMISE, () -> jvm.family("after"));
      awaitGone(second);
      jvm.awaitFamily("gone", 1); // what was removed while nobody watched
    }
  }

  @Test
  void shouldSayWhyThereIsNoTable() throws Exception {
    try (GuardedJvm jvm = GuardedJvm.start("-Djava.io.tmpdir=/nonexistent")) {
      jvm.send("start child sleeper");
      String warning = jvm.awaitLine("are not ended when it is killed");
      assertTrue(warning.contains("/nonexistent"), warning);
      assertEquals("unguarded", jvm.readLine());
      assertEquals("unguarded", jvm.tell("start other sleeper"), "one warning is enough");
      String support = jvm.tell("support");
      assertTrue(support.contains("ABSENT") && support.contains("/nonexistent"), support);
    }
  }

  @Test
  void shouldSayWhichToolIsMissing() throws Exception {
    try (GuardedJvm jvm = GuardedJvm.startWith(Map.of("PATH", "/nonexistent"))) {
      jvm.send("start child sleeper");
      String warning = jvm.awaitLine("are not ended when it is killed");
      assertTrue(warning.contains("there is no grep"), warning);
    }
  }

  @Test
  void shouldClaimToBeThereBeforeItIsStarted() throws Exception {
    try (GuardedJvm jvm = GuardedJvm.start()) {
      String support = jvm.tell("support");
      assertTrue(support.contains("KEPT"), support);
      assertEquals(List.of(), Procs.children(jvm.process().pid()), "asking starts nothing");
    }
  }

  private static void awaitGone(ProcInfo watchdog) throws InterruptedException {
    Await.soon().until("the watchdog ends", () -> !Procs.isAlive(watchdog));
  }

  private static Path proc(ProcInfo process, String file) {
    return Path.of("/proc/" + process.pid() + "/" + file);
  }

  private static int shell(String script) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("/bin/sh", "-c", script).inheritIO().start();
    return process.waitFor();
  }
}
