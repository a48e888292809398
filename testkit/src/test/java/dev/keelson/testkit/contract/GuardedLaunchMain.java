/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import dev.keelson.process.Command;
import dev.keelson.process.EngineLaunchers;
import dev.keelson.process.Launcher;
import dev.keelson.testkit.ChildProgram;
import dev.keelson.testkit.Grandchild;
import dev.keelson.testkit.engines.TestEngines;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A JVM to be killed while a tree of its runs: {@code SUBJECT REPORT}. */
final class GuardedLaunchMain {

  private GuardedLaunchMain() {}

  public static void main(String[] args) throws Exception {
    Launcher.Builder builder = EngineLaunchers.over(TestEngines.named(args[0]));
    Path report = Path.of(args[1]);
    Path part = report.resolveSibling("part");
    ChildProgram deaf = ChildProgram.create().ignoring("TERM").runForever();
    ChildProgram tree =
        ChildProgram.create()
            .ignoring("TERM")
            .grandchild(deaf, Grandchild.DAEMON, Grandchild.OWN_SESSION)
            .reportGrandchildren(part)
            .reportPid(part);
    Command command = Command.of("/bin/sh", "-c", moved(tree, part, report));
    builder.build().start(command);
    TimeUnit.SECONDS.sleep(40);
  }

  /** The report appears complete. */
  private static String moved(ChildProgram tree, Path part, Path report) {
    String script = tree.script();
    return script.substring(0, script.lastIndexOf("exit 0"))
        + "mv "
        + part
        + " "
        + report
        + "; exec sleep 40";
  }
}
