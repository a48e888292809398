/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.Launcher;
import dev.keelson.process.Result;
import dev.keelson.process.Stdin;
import dev.keelson.testkit.ChildProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** A JVM without some of its standard streams, which writes into a file what it saw. */
final class MissingStreamsMain {

  private MissingStreamsMain() {}

  public static void main(String[] args) throws Exception {
    String seen;
    try {
      seen = seen();
    } catch (CommandException | RuntimeException e) {
      seen = e.toString();
    }
    Files.writeString(Path.of(args[args.length - 1]), seen);
    Runtime.getRuntime().halt(0);
  }

  private static String seen() throws Exception {
    Command says = Command.shell("printf out; printf err >&2");
    Result streams = says.run();
    return "engine="
        + Launcher.system().capabilities().engine()
        + " stdin="
        + Command.of("cat").stdin(Stdin.text("in")).run().stdoutText()
        + " out="
        + streams.stdoutText()
        + " err="
        + streams.stderrText()
        + " merged="
        + says.mergeStderr().run().stdoutText()
        + " open="
        + Command.of(ChildProgram.create().reportDescriptors().command()).run().lines().stream()
            .map(line -> line.split(" ")[1])
            .collect(Collectors.joining(","));
  }
}
