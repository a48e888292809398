/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Started with a child that the JDK does not know; lets it end, and reports the leaks. */
final class ZombieMain {

  private ZombieMain() {}

  public static void main(String[] args) throws Exception {
    LeakPolicy policy =
        LeakPolicy.standard()
            .only(LeakKind.SURVIVOR, LeakKind.ZOMBIE)
            .within(Duration.ofMillis(100));
    LeakScope first = LeakScope.open(policy);
    LeakScope oracle = LeakScope.open(policy); // of the children it knows what the first one saw
    Files.createFile(Path.of(args[0]));
    long self = ProcessHandle.current().pid();
    Await.soon()
        .until(
            "every child has ended",
            () -> Procs.children(self).stream().allMatch(ProcInfo::isZombie));
    LeakFindings findings = oracle.check();
    // What is a zombie already is nobody's fault the next time.
    boolean forgiven = LeakScope.open(policy).check().isClean();
    if (first.check().leaks().size() != findings.leaks().size()) {
      System.out.println("the scope before saw another number");
    } else {
      System.out.println(forgiven ? findings.toText() : "blamed twice");
    }
  }
}
