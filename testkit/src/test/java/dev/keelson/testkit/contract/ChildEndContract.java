/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Capabilities;
import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandCancelledException;
import dev.keelson.process.ExitStatus;
import dev.keelson.process.Guarantee;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.process.Teardown;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.ChildProgram;
import dev.keelson.testkit.Grandchild;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Signals to a child, and the end of its tree by others. */
abstract class ChildEndContract extends ContractSuite {

  /** What a child finds that is given no cookie: ours, where a Keelson has started this JVM. */
  private static final List<String> INHERITED =
      Stream.ofNullable(System.getenv("KEELSON_ID")).map(id -> "KEELSON_ID=" + id).toList();

  @Test
  void shouldEndTheTreeOfALiveChildWhenClosed() throws Exception {
    Path report = dir.resolve("pids");
    ChildProgram deaf = ChildProgram.create().ignoring("TERM").runForever();
    Child child =
        launcher()
            .start(
                program(
                        ChildProgram.create()
                            .ignoring("TERM")
                            .grandchild(deaf, Grandchild.OWN_SESSION)
                            .grandchild(deaf, Grandchild.DAEMON, Grandchild.OWN_SESSION)
                            .reportGrandchildren(report)
                            .writeFile(dir.resolve("ready"), "")
                            .runForever())
                    .grace(Duration.ofMillis(100)));
    awaitFile(dir.resolve("ready"));

    child.close();
    child.close();

    assertFalse(child.isAlive());
    List<Long> pids = ChildProgram.pids(Files.readString(report));
    assertEquals(2, pids.size());
    for (long pid : pids) {
      awaitDead(pid);
    }
    assertThrows(CommandCancelledException.class, child::result);
  }

  @Test
  void shouldTellWhatItEnded() throws Exception {
    Path ready = dir.resolve("ready");
    try (Child child = launcher().start(sh("sleep 40 & : >\"$0\"; wait").args(ready.toString()))) {
      awaitFile(ready);

      Teardown teardown = child.terminate(SOON);

      assertTrue(teardown.isComplete(), teardown.toString());
      assertEquals(2, teardown.ended().size(), teardown.toString());
      assertTrue(
          teardown.ended().stream().anyMatch(member -> member.pid() == child.pid()),
          teardown.toString());
      assertTrue(
          teardown.ended().stream().allMatch(member -> member.signal() == 15), teardown.toString());
      assertEquals(List.of(), child.terminate(Duration.ZERO).escaped());
      CommandCancelledException failure =
          assertThrows(CommandCancelledException.class, child::result);
      assertTrue(failure.getMessage().contains("terminated"), failure.getMessage());
    }
  }

  @Test
  void shouldEndNothingOfAChildThatHasEnded() throws Exception {
    Path pid = dir.resolve("pid");
    try (Child child =
        launcher().start(sh("sleep 40 >/dev/null 2>&1 & echo $! >\"$0\"").args(pid.toString()))) {
      child.await();
      ProcInfo daemon = noteFrom(pid);

      Teardown teardown = child.terminate(Duration.ZERO);
      child.close();

      assertEquals(List.of(), teardown.ended());
      assertTrue(Procs.isAlive(daemon));
    }
  }

  @Test
  void shouldSignalByNameAndNumber() throws Exception {
    try (Child child = launcher().start(sh(SLEEP))) {
      assertTrue(child.signal(15));
      assertEquals(new ExitStatus.Signaled(15, false), child.await());
      assertFalse(child.signal("TERM"), "it has ended");
      assertFalse(child.signal(9), "it has ended");
    }
  }

  @Test
  void shouldSendOtherSignalsWhereTheEngineCan() throws Exception {
    Assumptions.assumeFalse(
        launcher().capabilities().of(Guarantee.ANY_SIGNAL).level() == Capabilities.Level.ABSENT);
    Path ready = dir.resolve("ready");
    Command command =
        sh("trap 'echo usr1; exit 3' USR1; : >\"$0\"; while :; do sleep 0.05; done")
            .args(ready.toString())
            .anyExit();
    for (String name : List.of("USR1", "SIGUSR1", "usr1")) {
      Files.deleteIfExists(ready);
      try (Child child = launcher().start(command)) {
        awaitFile(ready);
        assertTrue(child.signal(name));
        assertEquals("usr1\n", child.result().stdoutText());
      }
    }
  }

  @Test
  void shouldRefuseSignalsThatThereAreNot() throws Exception {
    try (Child child = launcher().start(sh(SLEEP))) {
      for (int number : new int[] {Integer.MIN_VALUE, -1, 0, 65}) {
        assertThrows(IllegalArgumentException.class, () -> child.signal(number));
      }
      for (String name : List.of("", "SIG", "TERMINATE", "9", "-1")) {
        assertThrows(IllegalArgumentException.class, () -> child.signal(name));
      }
      assertTrue(child.isAlive());
    }
  }

  @Test
  void shouldReleaseThePipesOfAChildThatHasEnded() throws Exception {
    Child child =
        launcher()
            .start(sh("echo x").stdin(Stdin.pipe()).stdout(Stdout.pipe()).stderr(Stdout.pipe()));
    child.await();

    child.close();

    assertThrows(IOException.class, () -> child.stdout().read());
    assertThrows(
        IOException.class,
        () -> {
          child.stdin().write(1);
          child.stdin().flush();
        });
  }

  @Test
  void shouldReleaseTheInputOfChildrenThatHaveEndedThoughNobodyClosesThem() throws Exception {
    Command command = sh("exit 0").stdin(Stdin.pipe());
    List<Child> children = new ArrayList<>();
    launcher().start(command).result(); // what an engine needs once
    long before = ourPipes();

    for (int i = 0; i < 50; i++) {
      Child child = launcher().start(command);
      children.add(child);
      child.result();
    }

    // What the portable engine keeps for the next start it gives up within ten seconds.
    Await.within(SOON).until("their pipes are released", () -> ourPipes() <= before);
    for (Child child : children) {
      assertThrows(IOException.class, () -> child.stdin().write(1));
      child.stdin().close();
    }
  }

  private static long ourPipes() {
    return Procs.descriptors(ProcessHandle.current().pid()).values().stream()
        .filter(target -> target.startsWith("pipe:"))
        .count();
  }

  @Test
  void shouldLeaveADetachedChildAlone() throws Exception {
    Command detached = sh(SLEEP).detached();
    Child child = launcher().start(detached);
    ProcInfo process = note(child.pid());

    child.close();
    launcher().close();

    assertTrue(Procs.isAlive(process));
    assertEquals(INHERITED, cookies(process));
    Await.soon()
        .value(
            "its stdout", // which is not shown while it executes a program
            () -> Procs.descriptors(process.pid()).get(1),
            "/dev/null"::equals);
    Procs.kill(process);
    awaitGone(process);
  }

  @Test
  void shouldFindTheDescendantsOfAnUntrackedChildByParentage() throws Exception {
    Path pid = dir.resolve("pid");
    Child child =
        launcher()
            .start(sh("setsid sleep 40 & echo $! >\"$0\"; wait").args(pid.toString()).untracked());
    ProcInfo grandchild = noteFrom(pid);
    assertEquals(INHERITED, cookies(grandchild));

    child.close();

    awaitDead(grandchild);
  }

  private static List<String> cookies(ProcInfo process) throws InterruptedException {
    List<String> environment =
        Await.soon()
            .value(
                "its environment", // which is not shown while it executes a program
                () -> Procs.environment(process.pid()),
                shown -> !shown.isEmpty());
    return environment.stream().filter(entry -> entry.startsWith("KEELSON_ID=")).toList();
  }
}
