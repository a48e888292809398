/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.ChildProgram;
import dev.keelson.testkit.Grandchild;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The portable teardown on trees of real processes. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class TreeEnderTreesTest {

  private static final long AMPLE = TimeUnit.SECONDS.toNanos(30);
  private static final ChildProgram SLEEPER = ChildProgram.create().runForever();
  private static final ChildProgram STUBBORN = ChildProgram.create().ignoring("TERM").runForever();

  private final String value = "tree-test-" + UUID.randomUUID();
  private final String cookie = "KEELSON_ID=" + value;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endEverything() {
    started.forEach(Process::destroyForcibly);
    Procs.all().stream()
        .filter(process -> Procs.environment(process.pid(), "KEELSON_ID").isPresent())
        .filter(
            process -> Procs.environment(process.pid(), "KEELSON_ID").orElse("").startsWith(value))
        .forEach(Procs::kill);
  }

  @Test
  void shouldOnlyAskATreeThatObeys() throws Exception {
    Process root =
        start(
            ChildProgram.create()
                .grandchild(SLEEPER)
                .grandchild(SLEEPER, Grandchild.OWN_SESSION)
                .runForever());
    List<ProcInfo> family = awaitFamily(3);

    long begin = System.nanoTime();
    TreeReport report = end(root, AMPLE);
    long took = System.nanoTime() - begin;
    assertEnded(family, 15, report);
    assertTrue(took < AMPLE / 2, () -> "took " + took);
  }

  @Test
  void shouldKillATreeThatIgnoresTermWhenTheGraceIsOver() throws Exception {
    Process root =
        start(
            ChildProgram.create()
                .ignoring("TERM")
                .grandchild(STUBBORN, Grandchild.OWN_SESSION)
                .runForever());
    List<ProcInfo> family = awaitFamily(2);

    long grace = TimeUnit.MILLISECONDS.toNanos(200);
    long begin = System.nanoTime();
    TreeReport report = end(root, grace);
    assertTrue(System.nanoTime() - begin >= grace);
    assertEnded(family, 9, report);
  }

  @Test
  void shouldStopWaitingWhenHurried() throws Exception {
    Process root = start(STUBBORN);
    List<ProcInfo> family = awaitFamily(1);

    TreeEnding how = new TreeEnding(TimeUnit.MINUTES.toNanos(5));
    Thread hurrier = new Thread(how::hurry);
    hurrier.start();
    assertEnded(family, 9, TreeEnder.end(root.toHandle(), false, cookie, how));
    hurrier.join();
  }

  @Test
  void shouldFindWhoLeftByTheCookieWhenTheRootIsGone() throws Exception {
    Process root =
        start(
            ChildProgram.create()
                .grandchild(SLEEPER, Grandchild.DAEMON, Grandchild.OWN_SESSION)
                .exit(0));
    root.waitFor();
    List<ProcInfo> family = awaitFamily(1);

    TreeReport report = TreeEnder.end(root.toHandle(), true, cookie, new TreeEnding(AMPLE));
    assertEnded(family, 15, report);
  }

  @Test
  void shouldFindWhoClearedItsEnvironmentByItsParent() throws Exception {
    Process root =
        start(
            ChildProgram.create().grandchild(SLEEPER, Grandchild.CLEARED_ENVIRONMENT).runForever());
    ProcInfo hidden = awaitDescendant(root);

    TreeReport report = end(root, AMPLE);
    assertTrue(pids(report).contains(hidden.pid()), report::toString);
    Await.soon().until("it is dead", () -> !Procs.isAlive(hidden));
  }

  /** The limit of this engine, which the documents state. */
  @Test
  void shouldNotFindADaemonThatClearedItsEnvironment() throws Exception {
    String name = "daemon-" + value;
    Process root =
        start(
            ChildProgram.create()
                .grandchild(
                    ChildProgram.create().named(name).sleep(Duration.ofSeconds(20)).exit(0),
                    Grandchild.DAEMON,
                    Grandchild.CLEARED_ENVIRONMENT)
                .runForever());
    ProcInfo daemon =
        Await.soon()
            .present(
                "the daemon",
                () ->
                    Procs.all().stream()
                        .filter(p -> p.parent() == 1 && named(p, name))
                        .findFirst());
    try {
      TreeReport report = end(root, AMPLE);
      assertFalse(pids(report).contains(daemon.pid()), report::toString);
      assertTrue(Procs.isAlive(daemon));
    } finally {
      Procs.descendants(daemon.pid()).forEach(Procs::kill);
      Procs.kill(daemon);
    }
  }

  @Test
  void shouldEndAForkStormInBoundedTime() throws Exception {
    Process root = start(ChildProgram.create().forkStorm(300, Duration.ofSeconds(30)).runForever());
    Await.soon().until("the storm has begun", () -> family().size() > 10);

    long begin = System.nanoTime();
    TreeReport report = end(root, 0);
    long took = System.nanoTime() - begin;
    assertTrue(took < AMPLE / 2, () -> "took " + took);
    // Whoever was too many for the caller's patience is named, and chased on behind its back.
    assertFalse(report.equals(TreeReport.NOTHING));
    awaitNobody();
  }

  @Test
  void shouldEndAChainThatMovesOn() throws Exception {
    Process root = start(ChildProgram.create().forkChain(60, Duration.ofSeconds(30)).runForever());

    end(root, TimeUnit.MILLISECONDS.toNanos(300));
    awaitNobody();
  }

  @Test
  void shouldLeaveStrangersAndNamesakesAlone() throws Exception {
    Process root = start(SLEEPER);
    Process namesake = start(SLEEPER, value + "0");
    Process stranger = start(SLEEPER, "other-" + value);
    awaitFamily(1);

    assertEquals(List.of(root.pid()), pids(end(root, AMPLE)));
    assertTrue(namesake.isAlive());
    assertTrue(stranger.isAlive());
  }

  @Test
  void shouldWorkWithoutACookie() throws Exception {
    Process root = start(ChildProgram.create().grandchild(SLEEPER).runForever());
    List<ProcInfo> family = awaitFamily(2);

    assertEnded(family, 15, TreeEnder.end(root.toHandle(), false, null, new TreeEnding(AMPLE)));
  }

  @Test
  void shouldFindTheCookieInALargeEnvironment() throws Exception {
    ProcessBuilder builder = SLEEPER.builder();
    for (int i = 0; i < 20; i++) {
      builder.environment().put("A" + i, "x".repeat(10_000));
      builder.environment().put("Z" + i, "x".repeat(10_000));
    }
    Process root = start(builder, value);
    List<ProcInfo> family = awaitFamily(1);

    // Only the cookie can lead there: the root is said to be gone.
    TreeReport report = TreeEnder.end(root.toHandle(), true, cookie, new TreeEnding(AMPLE));
    assertEnded(family, 15, report);
  }

  @Test
  void shouldKeepAnInterrupt() throws Exception {
    Process root = start(STUBBORN);
    List<ProcInfo> family = awaitFamily(1);

    Thread.currentThread().interrupt();
    TreeReport report = end(root, TimeUnit.MILLISECONDS.toNanos(50));
    assertTrue(Thread.interrupted());
    assertEnded(family, 9, report);
  }

  @Test
  void shouldSayNothingOfATreeThatHasEnded() throws Exception {
    Process root = start(ChildProgram.create().exit(0));
    root.waitFor();

    assertEquals(List.of(), end(root, AMPLE).ended());
    assertEquals(
        TreeReport.NOTHING, TreeEnder.end(root.toHandle(), true, cookie, new TreeEnding(AMPLE)));
  }

  @Test
  void shouldNameTheProgramAndNeverItsArguments() throws Exception {
    Process root = start(ChildProgram.create().args("--password=secret").runForever());
    awaitFamily(1);

    TreeReport report = end(root, AMPLE);
    assertFalse(report.toString().contains("secret"), report::toString);
    assertTrue(report.ended().get(0).program().startsWith("/"), report::toString);
  }

  private TreeReport end(Process root, long graceNanos) {
    return TreeEnder.end(root.toHandle(), !root.isAlive(), cookie, new TreeEnding(graceNanos));
  }

  private void assertEnded(List<ProcInfo> family, int signal, TreeReport report)
      throws InterruptedException {
    assertEquals(List.of(), report.escaped());
    assertEquals(
        family.stream().map(ProcInfo::pid).sorted().toList(),
        pids(report).stream().sorted().toList());
    report.ended().forEach(member -> assertEquals(signal, member.signal(), report::toString));
    awaitNobody();
  }

  /**
   * Whoever was sent KILL dies when the machine gets to it, and whoever was too many is chased on;
   * by itself nobody ends so soon.
   */
  private void awaitNobody() throws InterruptedException {
    Await.within(Duration.ofSeconds(15)).value("it is over", this::family, List::isEmpty);
  }

  private static List<Long> pids(TreeReport report) {
    return report.ended().stream().map(TreeReport.Member::pid).toList();
  }

  /** Whether it is the program of that name itself, and not a shell on the way to it. */
  private static boolean named(ProcInfo process, String name) {
    return process.isAlive()
        && Procs.environment(process.pid(), "KEELSON_ID").isEmpty()
        && Procs.commandLine(process.pid()).endsWith(name);
  }

  private Process start(ChildProgram program) throws IOException {
    return start(program, value);
  }

  private Process start(ChildProgram program, String id) throws IOException {
    return start(program.builder(), id);
  }

  private Process start(ProcessBuilder builder, String id) throws IOException {
    builder.environment().put("KEELSON_ID", id);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    started.add(process);
    process.getOutputStream().close();
    return process;
  }

  private List<ProcInfo> family() {
    List<ProcInfo> family = Procs.all();
    family.removeIf(p -> !p.isAlive() || !Procs.environment(p.pid()).contains(cookie));
    return family;
  }

  private List<ProcInfo> awaitFamily(int size) throws InterruptedException {
    return Await.soon().value(size + " processes", this::settled, all -> all.size() == size);
  }

  /**
   * The family, or nobody while one of them is still the shell that is to become another program.
   */
  private List<ProcInfo> settled() {
    List<ProcInfo> family = family();
    return family.stream().anyMatch(p -> p.name().equals("sh")) ? List.of() : family;
  }

  private static ProcInfo awaitDescendant(Process root) throws InterruptedException {
    return Await.soon()
        .present(
            "a grandchild without an environment",
            () ->
                Procs.descendants(root.pid()).stream()
                    .filter(p -> p.isAlive() && p.name().equals("sleep"))
                    .filter(p -> Procs.environment(p.pid(), "KEELSON_ID").isEmpty())
                    .findFirst());
  }
}
