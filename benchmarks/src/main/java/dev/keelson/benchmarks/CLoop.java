/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.Result;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The same launch in C, beside us: compiled on the spot, where there is a compiler. */
final class CLoop implements AutoCloseable {

  private final Path directory;
  private final Child program;
  private final BufferedReader answers;

  private CLoop(Path directory, Child program) {
    this.directory = directory;
    this.program = program;
    answers =
        new BufferedReader(new InputStreamReader(program.stdout(), StandardCharsets.US_ASCII));
  }

  /** Compiles and starts it; nothing, and a line that says why, where that cannot be done. */
  static Optional<CLoop> start() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("c-loop");
    Path source = directory.resolve("launch.c");
    try (InputStream text = CLoop.class.getResourceAsStream("/launch.c")) {
      if (text == null) {
        throw new IllegalStateException("launch.c is not part of this jar");
      }
      Files.copy(text, source);
    }
    Path binary = directory.resolve("launch");
    try {
      Result compiled =
          Command.of("cc", "-O2", "-o", binary.toString(), source.toString())
              .timeout(Duration.ofMinutes(1))
              .anyExit()
              .run();
      if (compiled.exitCode() == 0) {
        Command command = Command.of(binary).stdin(Stdin.pipe()).stdout(Stdout.pipe());
        return Optional.of(new CLoop(directory, command.stderr(Stdout.inherit()).start()));
      }
      System.out.println("the C loop is left out: " + compiled.stderrText().strip());
    } catch (CommandException e) {
      System.out.println("the C loop is left out: " + e.getMessage());
    }
    delete(directory);
    return Optional.empty();
  }

  /** So many launches, one after another: how long each took. */
  double micros(int launches) throws IOException {
    program.stdin().write((launches + "\n").getBytes(StandardCharsets.US_ASCII));
    program.stdin().flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("the C loop has ended");
    }
    return Double.parseDouble(answer);
  }

  @Override
  public void close() throws IOException {
    program.close();
    delete(directory);
  }

  private static void delete(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve("launch"));
    Files.deleteIfExists(directory.resolve("launch.c"));
    Files.delete(directory);
  }
}
