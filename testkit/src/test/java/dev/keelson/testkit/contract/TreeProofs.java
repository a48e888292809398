/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Teardown;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.ChildProgram;
import dev.keelson.testkit.Grandchild;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import dev.keelson.testkit.TornDown;
import dev.keelson.testkit.hazards.JvmProbe;
import dev.keelson.testkit.hazards.RecycledPidProbe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Proofs about the trees of children. */
final class TreeProofs {

  private final ContractSuite suite;

  TreeProofs(ContractSuite suite) {
    this.suite = suite;
  }

  void sparesTheNewOwnerOfAPid() throws Exception {
    suite.requiresProcessTable();
    assumeTrue(JvmProbe.canChoosePids(), "no pids can be chosen in a namespace here");
    String said =
        JvmProbe.of(RecycledPidProbe.class, suite.launcher().capabilities().engine())
            .inPidNamespace()
            .run();
    assertTrue(said.contains("keelson: the victim lives"), said);
  }

  void endsATreeThatForks() throws Exception {
    Path ready = suite.dir.resolve("ready");
    for (int i = 0; i < 3; i++) {
      Files.deleteIfExists(ready);
      Child child =
          suite
              .launcher()
              .start(
                  ContractSuite.program(
                      ChildProgram.create()
                          .forkChain(300, Duration.ofSeconds(30))
                          .forkStorm(40, Duration.ofSeconds(30))
                          .touch(ready)
                          .runForever()));
      ContractSuite.awaitFile(ready);
      Teardown teardown = child.terminate(Duration.ZERO);
      child.close();
      TornDown.awaitEnd(teardown);
    }
  }

  void findsDaemons() throws Exception {
    Path report = suite.dir.resolve("daemons");
    ChildProgram daemon = ChildProgram.create().runForever();
    Child child =
        suite
            .launcher()
            .start(
                ContractSuite.program(
                    ChildProgram.create()
                        .grandchild(daemon, Grandchild.DAEMON, Grandchild.OWN_SESSION)
                        .reportGrandchildren(report)
                        .touch(suite.dir.resolve("forked"))
                        .runForever()));
    ContractSuite.awaitFile(suite.dir.resolve("forked"));
    ProcInfo process = suite.note(ChildProgram.pids(Files.readString(report)).get(0));
    Await.soon()
        .value(
            "the daemon has left",
            () -> Procs.now(process).orElseThrow(),
            now -> now.parent() != child.pid());

    child.close();

    ContractSuite.awaitDead(process);
  }

  void endsWithTheJvm() throws Exception {
    Path report = suite.dir.resolve("guarded");
    List<ProcInfo> family = new ArrayList<>();
    try (JvmProbe.Running jvm =
        JvmProbe.of(GuardedLaunchMain.class, suite.subject().name(), report.toString()).start()) {
      Await.within(Duration.ofSeconds(30)).until("the tree", () -> Files.exists(report));
      for (long pid : ChildProgram.pids(Files.readString(report))) {
        family.add(suite.note(pid));
      }
      assertEquals(2, family.size());

      jvm.kill();
    }
    Await.within(ContractSuite.SOON)
        .value(
            "the tree of a killed JVM is gone",
            () -> family.stream().filter(Procs::isAlive).map(ProcInfo::describe).toList(),
            List::isEmpty);
  }
}
