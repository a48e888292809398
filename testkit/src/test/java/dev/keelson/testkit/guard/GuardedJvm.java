/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.guard;

import dev.keelson.testkit.Await;
import dev.keelson.testkit.Lane;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A running {@link GuardedMain}, and everything that carries one of its cookies. */
final class GuardedJvm implements AutoCloseable {

  private final String prefix = "guard-test-" + UUID.randomUUID();
  private final Process process;
  private final ProcInfo info;
  private final BufferedReader answers;
  private final Writer commands;

  private GuardedJvm(List<String> wrapper, List<String> options, Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx64m"));
    command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
    command.addAll(options);
    command.addAll(Lane.jvmOptions());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(GuardedMain.class.getName(), prefix));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.environment().remove("KEELSON_ID");
    builder.redirectErrorStream(true);
    process = builder.start();
    info = Procs.find(process.pid()).orElseThrow();
    answers = process.inputReader(StandardCharsets.UTF_8);
    commands = process.outputWriter(StandardCharsets.UTF_8);
  }

  static GuardedJvm start(String... options) throws IOException {
    return new GuardedJvm(List.of(), List.of(options), Map.of());
  }

  static GuardedJvm startWith(Map<String, String> environment) throws IOException {
    return new GuardedJvm(List.of(), List.of(), environment);
  }

  /** One that leads a session and a process group. */
  static GuardedJvm startInOwnSession() throws IOException {
    return new GuardedJvm(List.of("setsid"), List.of(), Map.of());
  }

  /** Sends a command and returns the answer. */
  String tell(String command) throws IOException {
    send(command);
    return readLine();
  }

  void send(String command) throws IOException {
    commands.write(command + "\n");
    commands.flush();
  }

  String readLine() throws IOException {
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("the JVM is gone");
    }
    return answer;
  }

  /** The next line of its output, errors included, that contains {@code part}. */
  String awaitLine(String part) throws IOException {
    String line = readLine();
    while (!line.contains(part)) {
      line = readLine();
    }
    return line;
  }

  Process process() {
    return process;
  }

  /** Its watchdog. */
  ProcInfo watchdog() throws InterruptedException {
    return Await.soon()
        .present(
            "the watchdog",
            () ->
                Procs.children(process.pid()).stream()
                    .filter(child -> child.isAlive() && isWatchdog(child))
                    .findFirst());
  }

  private static boolean isWatchdog(ProcInfo process) {
    return Procs.commandLine(process.pid()).contains(" keelson-guard ");
  }

  /** Kills it and returns when it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
    Await.soon().until("the JVM is gone", () -> Procs.isGone(info));
  }

  /** The live processes with one of its cookies. */
  List<ProcInfo> family() {
    return family("");
  }

  /** The live processes with the cookie of {@code name}, or one that begins so. */
  List<ProcInfo> family(String name) {
    String start = prefix + "-" + name;
    List<ProcInfo> family = new ArrayList<>();
    for (ProcInfo candidate : Procs.all()) {
      if (candidate.isAlive()
          && Procs.environment(candidate.pid(), "KEELSON_ID")
              .filter(value -> value.startsWith(start))
              .isPresent()) {
        family.add(candidate);
      }
    }
    return family;
  }

  /** Waits until so many processes carry the cookie of {@code name}. */
  List<ProcInfo> awaitFamily(String name, int size) throws InterruptedException {
    return Await.within(Duration.ofSeconds(30))
        .value(size + " processes of " + name, () -> family(name), all -> all.size() == size);
  }

  /** The watchdog's script, read where anybody can. */
  String script() throws InterruptedException {
    try {
      String arguments = Files.readString(Path.of("/proc/" + watchdog().pid() + "/cmdline"));
      return arguments.split("\0", -1)[2];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it and, twice because they may fork, what is left of its family. */
  @Override
  public void close() {
    process.destroyForcibly();
    for (int i = 0; i < 2; i++) {
      family().forEach(Procs::kill);
    }
    try {
      commands.close();
      answers.close();
    } catch (IOException e) {
      // A command that was not read: the JVM was gone.
    }
  }
}
