/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hazards;

import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.Launcher;
import dev.keelson.process.Result;
import dev.keelson.testkit.ChildProgram;
import dev.keelson.testkit.Procs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A JVM that somebody started in strange surroundings, which answers questions into a file: {@code
 * FILE QUESTION...}.
 */
final class SurroundingsProbe {

  private SurroundingsProbe() {}

  public static void main(String[] args) throws Exception {
    List<String> answers = new ArrayList<>();
    for (String question : List.of(args).subList(1, args.length)) {
      String answer;
      try {
        answer = answer(question);
      } catch (CommandException e) {
        answer = e.getClass().getSimpleName() + ": " + e.getMessage();
      }
      answers.add(question + "=" + answer.replace("\n", "\\n"));
    }
    Files.write(Path.of(args[0]), answers);
    Runtime.getRuntime().halt(0);
  }

  private static String answer(String question) throws Exception {
    return switch (question) {
      case "exit" -> run("exit 7").status().toString();
      case "streams" -> {
        Result result = run("echo out; echo err >&2");
        yield result.stdoutText().strip() + " " + result.stderrText().strip();
      }
      case "descriptors" ->
          Launcher.system()
              .run(Command.of(ChildProgram.create().reportDescriptors().command()))
              .lines()
              .stream()
              .map(line -> line.split(" ")[1])
              .collect(Collectors.joining(" "));
      case "signals" -> run("grep -E 'Sig(Blk|Ign)' /proc/$$/status").stdoutTrimmed();
      case "own" -> Procs.status(ProcessHandle.current().pid(), "SigIgn").orElse("");
      case "prog" -> Launcher.system().run(Command.of("prog")).stdoutTrimmed();
      case "plain" -> {
        Process process = new ProcessBuilder("/bin/sh", "-c", "echo out; echo err >&2").start();
        yield new String(process.getInputStream().readAllBytes()).strip()
            + " "
            + new String(process.getErrorStream().readAllBytes()).strip();
      }
      default -> throw new IllegalArgumentException(question);
    };
  }

  private static Result run(String script) throws CommandException, InterruptedException {
    return Launcher.system().run(Command.of("/bin/sh", "-c", script).anyExit());
  }

  /** The answer to one question; {@code said} is for the failure. */
  static String answer(Path file, String question, String said) throws IOException {
    if (Files.notExists(file)) {
      throw new AssertionError("the probe did not answer: " + said);
    }
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(question + "="))
        .map(line -> line.substring(question.length() + 1))
        .findFirst()
        .orElseThrow();
  }
}
