/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hazards;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Teardown;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.ChildProgram;
import dev.keelson.testkit.Grandchild;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import dev.keelson.testkit.TornDown;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Hazards of trees: whoever leaves them, and whoever dies above them. */
class TreeHazardsTest extends HazardSuite {

  @Test
  void h33ShouldNotTieAChildToTheThreadThatStartedIt() throws Exception {
    Child[] started = new Child[1];
    Thread starter =
        new Thread(
            () -> {
              try {
                started[0] = launcher().start(Command.of("sleep", "40"));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    starter.start();
    starter.join();

    try (Child child = started[0]) {
      assertTrue(child.await(Duration.ofMillis(200)).isEmpty());
    }
    record(
        "H33, with setpriv --pdeathsig",
        Duration.ofSeconds(2),
        () -> {
          Process[] plain = new Process[1];
          Thread other =
              new Thread(
                  () -> {
                    try {
                      plain[0] = plain("setpriv", "--pdeathsig", "KILL", "sleep", "40").start();
                      TimeUnit.MILLISECONDS.sleep(200);
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                  });
          other.start();
          other.join();
          return "it died with the thread: " + plain[0].waitFor(500, TimeUnit.MILLISECONDS);
        });
  }

  @Test
  void h34ShouldLeaveNoOrphanWhenTheJvmIsKilled() throws Exception {
    Path keelson = dir.resolve("keelson");
    Path plain = dir.resolve("plain");
    ProcInfo guarded;
    ProcInfo orphan;
    try (JvmProbe.Running jvm =
        JvmProbe.of(OrphanProbe.class, keelson.toString(), plain.toString()).start()) {
      Await.within(Duration.ofSeconds(30)).until("both", () -> Files.exists(plain));
      guarded = noteFrom(keelson);
      orphan = noteFrom(plain);
      jvm.kill();
    }

    Await.within(Duration.ofSeconds(30)).until("it is gone", () -> !Procs.isAlive(guarded));
    record("H34", SOON, () -> "the orphan lives: " + Procs.isAlive(orphan));
  }

  @Test
  void h35ShouldEndATreeThatForksAndLeaves() throws Exception {
    Path ready = dir.resolve("ready");
    ChildProgram daemon = ChildProgram.create().runForever();
    ChildProgram tree =
        ChildProgram.create()
            .grandchild(daemon, Grandchild.DAEMON, Grandchild.OWN_SESSION)
            .forkChain(200, Duration.ofSeconds(30))
            .forkStorm(30, Duration.ofSeconds(30))
            .touch(ready);
    Child child = launcher().start(Command.of(tree.runForever().command()));
    Await.soon().until("it forks", () -> Files.exists(ready));

    Teardown teardown = child.terminate(Duration.ZERO);
    child.close();

    TornDown.awaitEnd(teardown);
    assertFalse(Procs.isAlive(child.pid()));
    Files.delete(ready);
    record("H35", SOON, () -> onceOver(tree.runForever(), ready));
  }

  /** What programs do: list the descendants once and end each. */
  private String onceOver(ChildProgram tree, Path ready) throws Exception {
    Process process = plain(tree.command().toArray(String[]::new)).start();
    Await.soon().until("it forks", () -> Files.exists(ready));
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
    TimeUnit.MILLISECONDS.sleep(100);
    return marked().size() + " processes of the tree live on after one look";
  }
}
