/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Capabilities;
import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.Guarantee;
import dev.keelson.process.LaunchException;
import dev.keelson.process.LaunchListener;
import dev.keelson.process.Launcher;
import dev.keelson.process.Result;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Limits, defaults, listeners and the end of a launcher. */
abstract class LauncherContract extends ContractSuite {

  @Test
  void shouldLetOnlySoManyChildrenLive() throws Exception {
    Launcher narrow = launcher(builder().maxConcurrent(2));
    Path log = dir.resolve("log");
    Path gate = dir.resolve("gate");
    Command command =
        sh("echo + >>\"$0\"; until [ -e \"$1\" ]; do sleep 0.05; done; echo - >>\"$0\"")
            .args(log.toString(), gate.toString());

    List<CompletableFuture<Result>> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.add(narrow.runAsync(command));
    }
    Await.within(SOON).until("two live", () -> Files.readAllLines(log).size() >= 2);
    Files.createFile(gate);
    for (CompletableFuture<Result> each : all) {
      each.get(20, TimeUnit.SECONDS);
    }

    int live = 0;
    int most = 0;
    for (String line : Files.readAllLines(log)) {
      live += line.equals("+") ? 1 : -1;
      most = Math.max(most, live);
    }
    assertEquals(2, most);
    assertEquals(0, live);
  }

  @Test
  void shouldCountTheWaitForAPlaceAgainstTheTimeout() throws Exception {
    Launcher narrow = launcher(builder().maxConcurrent(1));
    try (Child first = narrow.start(sh(SLEEP))) {
      Command late = sh("echo x").timeout(Duration.ofMillis(200));
      CommandTimedOutException failure =
          assertThrows(CommandTimedOutException.class, () -> narrow.run(late));
      assertTrue(failure.getMessage().contains("maxConcurrent"), failure.getMessage());
      assertThrows(CommandTimedOutException.class, () -> narrow.start(late));
      assertTrue(first.isAlive());
    }
    assertEquals("x\n", narrow.run(sh("echo x")).stdoutText(), "a place was lost");
  }

  @Test
  void shouldTimeOutAFutureThatWaitsForItsPlace() throws Exception {
    Launcher narrow = launcher(builder().maxConcurrent(1));
    try (Child first = narrow.start(sh(SLEEP))) {
      CompletableFuture<Result> late =
          narrow.runAsync(sh("echo x").timeout(Duration.ofMillis(200)));

      Await.soon().until("the future has timed out", late::isDone);

      assertTrue(first.isAlive());
    }
  }

  @Test
  void shouldGiveThePlaceBackWhenTheStartFails() throws Exception {
    Launcher narrow = launcher(builder().maxConcurrent(1));
    for (int i = 0; i < 3; i++) {
      assertThrows(LaunchException.class, () -> narrow.run(Command.of("no-such-program-here")));
    }
    assertEquals("x\n", narrow.run(sh("echo x")).stdoutText());
  }

  @Test
  void shouldTellTheListenerEverythingInOrder() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    Launcher own =
        launcher(
            builder()
                .listener(
                    new LaunchListener() {
                      @Override
                      public void started(Child child) {
                        told.add("started " + child.pid());
                        throw new IllegalStateException("a listener that fails harms nobody");
                      }

                      @Override
                      public void ended(Child child, Result result) {
                        told.add("ended " + child.pid() + " " + result.exitCode());
                      }

                      @Override
                      public void failed(Command command, LaunchException failure) {
                        told.add("failed " + command);
                      }
                    }));

    Child child = own.start(sh("exit 3"));
    child.await();
    Await.soon().value("both calls", () -> List.copyOf(told), calls -> calls.size() == 2);
    assertEquals(List.of("started " + child.pid(), "ended " + child.pid() + " 3"), told);

    assertThrows(LaunchException.class, () -> own.run(Command.of("no-such-program-here")));
    Await.soon().until("the failure", () -> told.size() == 3);
    assertEquals("failed no-such-program-here", told.get(2));
  }

  @Test
  void shouldEndItsChildrenWhenClosedAndStartNoMore() throws Exception {
    requiresProcessTable();
    Launcher own = launcher(builder());
    List<ProcInfo> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(Procs.find(own.start(sh(SLEEP)).pid()).orElseThrow());
    }
    assertEquals(3, own.children().size());

    own.close();
    own.close();

    for (ProcInfo process : processes) {
      awaitDead(process);
    }
    Await.soon().until("they are forgotten", () -> own.children().isEmpty());
    assertThrows(IllegalStateException.class, () -> own.run(sh("echo x")));
    assertThrows(IllegalStateException.class, () -> own.start(sh("echo x")));
    assertThrows(IllegalStateException.class, () -> own.runAsync(sh("echo x")));
  }

  @Test
  void shouldNotKeepWhoWaitsForAPlaceWaitingWhenClosed() throws Exception {
    requiresProcessTable();
    Launcher narrow = launcher(builder().maxConcurrent(1));
    note(narrow.start(sh(SLEEP).detached()).pid());
    CompletableFuture<Result> queued = narrow.runAsync(sh("echo x"));
    CompletableFuture<Throwable> told = new CompletableFuture<>();
    Thread waiting =
        new Thread(
            () -> told.complete(assertThrows(Exception.class, () -> narrow.run(sh("echo x")))));
    waiting.start();
    Await.soon()
        .until(
            "it waits",
            () ->
                waiting.getState() == Thread.State.WAITING
                    || waiting.getState() == Thread.State.TIMED_WAITING);

    narrow.close();
    narrow.close();

    assertInstanceOf(IllegalStateException.class, told.get(10, TimeUnit.SECONDS));
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> queued.get(10, TimeUnit.SECONDS));
    assertInstanceOf(IllegalStateException.class, failure.getCause());
    waiting.join();
  }

  @Test
  void shouldForgetChildrenThatHaveEnded() throws Exception {
    try (Child child = launcher().start(sh("exit 0"))) {
      child.result();
      Await.soon().until("the child is forgotten", () -> launcher().children().isEmpty());
    }
  }

  @Test
  void shouldStandInForTheSystemsWithinItsScopes() throws Exception {
    Launcher system = Launcher.system();
    Launcher inner = launcher(builder());
    try (Launcher.Substitution outerScope = Launcher.override(launcher())) {
      assertSame(launcher(), Launcher.system());
      try (Launcher.Substitution innerScope = Launcher.override(inner)) {
        assertSame(inner, Launcher.system());
        assertEquals("x\n", sh("echo x").run().stdoutText());
        assertThrows(IllegalStateException.class, outerScope::close);
        innerScope.close();
      }
      assertSame(launcher(), Launcher.system());
    }
    assertSame(system, Launcher.system());
    assertThrows(UnsupportedOperationException.class, system::close);
  }

  @Test
  void shouldRefuseLimitsThatAllowNothing() {
    assertThrows(IllegalArgumentException.class, () -> builder().maxConcurrent(0));
    assertThrows(
        IllegalArgumentException.class, () -> builder().defaultTimeout(Duration.ofSeconds(-1)));
  }

  @Test
  void shouldReportEveryGuaranteeWithAReason() {
    Capabilities capabilities = launcher().capabilities();

    assertEquals(Set.of(Guarantee.values()), capabilities.all().keySet());
    capabilities
        .all()
        .forEach((guarantee, support) -> assertFalse(support.reason().isBlank(), guarantee::name));
    assertEquals(
        Capabilities.Level.ABSENT,
        launcher(builder().orphanGuard(false)).capabilities().of(Guarantee.ORPHAN_GUARD).level());
  }
}
