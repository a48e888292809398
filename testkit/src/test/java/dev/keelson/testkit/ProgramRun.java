/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One run of a {@link ChildProgram} by a plain ProcessBuilder, with files for stdout and stderr, so
 * that no stream of the JDK's can get in the way. Closing it kills what is left of the tree, and
 * every process whose pid the program reported.
 */
final class ProgramRun implements AutoCloseable {

  final Process process;
  final ProcInfo info;
  private final Path directory;

  private ProgramRun(Process process, Path directory) {
    this.process = process;
    this.directory = directory;
    // A short program is gone before anybody can look.
    ProcInfo gone = new ProcInfo(process.pid(), 0, 'X', 0, 0, -1, "gone");
    this.info = Procs.find(process.pid()).orElse(gone);
  }

  static ProgramRun of(ChildProgram program) throws IOException {
    return of(program.builder());
  }

  static ProgramRun of(ProcessBuilder builder) throws IOException {
    Path directory = Files.createTempDirectory("run");
    builder.redirectOutput(directory.resolve("out").toFile());
    builder.redirectError(directory.resolve("err").toFile());
    return new ProgramRun(builder.start(), directory);
  }

  /** Closes its stdin and returns its exit value. */
  int exit() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("still running: " + info.describe());
    }
    return process.exitValue();
  }

  /** Feeds it and returns its exit value. */
  int exit(byte[] input) throws IOException, InterruptedException {
    try (var stdin = process.getOutputStream()) {
      stdin.write(input);
    }
    return exit();
  }

  byte[] outBytes() throws IOException {
    return Files.readAllBytes(directory.resolve("out"));
  }

  String out() throws IOException {
    return new String(outBytes(), StandardCharsets.UTF_8);
  }

  String err() throws IOException {
    return Files.readString(directory.resolve("err"));
  }

  /** Waits for so many pid lines on stdout. */
  List<ProcInfo> reported(int count) throws InterruptedException {
    return Await.soon()
        .value(
            count + " pids on stdout",
            () ->
                ChildProgram.pids(out()).stream().flatMap(pid -> Procs.find(pid).stream()).toList(),
            found -> found.size() >= count);
  }

  void awaitOut(String text) throws InterruptedException {
    Await.soon().until("\"" + text + "\" on stdout", () -> out().contains(text));
  }

  @Override
  public void close() throws IOException {
    for (ProcInfo descendant : Procs.descendants(process.pid())) {
      Procs.kill(descendant);
    }
    for (long pid : ChildProgram.pids(out())) {
      Procs.find(pid).filter(ProcInfo::isAlive).ifPresent(Procs::kill);
    }
    process.destroyForcibly();
    process.getOutputStream().close();
    for (String name : List.of("out", "err")) {
      Files.deleteIfExists(directory.resolve(name));
    }
    Files.deleteIfExists(directory);
  }
}
