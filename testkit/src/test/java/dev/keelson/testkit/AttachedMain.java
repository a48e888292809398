/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import dev.keelson.process.Command;
import dev.keelson.process.Result;
import java.nio.file.Path;

/** A tool attaches to this JVM for the first time while a scope of leaks is open. */
final class AttachedMain {

  private AttachedMain() {}

  public static void main(String[] args) throws Exception {
    Command.of("true").run(); // what Keelson keeps is opened
    String pid = String.valueOf(ProcessHandle.current().pid());
    String tool = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    LeakScope scope = LeakScope.open(LeakPolicy.standard().only(LeakKind.DESCRIPTOR));
    Result told = Command.of(tool, "-J-XX:TieredStopAtLevel=1", pid, "VM.uptime").run();
    LeakFindings findings = scope.check();
    System.out.println("told " + told.stdoutText().contains(pid + ":"));
    System.out.println("leaks " + findings.leaks());
    System.out.println("ignored " + findings.ignored());
    System.exit(0);
  }
}
