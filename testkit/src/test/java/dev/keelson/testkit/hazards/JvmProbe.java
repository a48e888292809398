/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hazards;

import dev.keelson.testkit.Lane;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own for what cannot be tried in the one of the tests. */
public final class JvmProbe {

  private static final long MOST_SECONDS = 110;

  private final Path java;
  private final List<String> wrapper;
  private final Class<?> main;
  private final List<String> args;
  private final List<String> options;

  private JvmProbe(
      Path java, List<String> wrapper, Class<?> main, List<String> args, List<String> options) {
    this.java = java;
    this.wrapper = wrapper;
    this.main = main;
    this.args = args;
    this.options = options;
  }

  /** A JVM that runs that main class. */
  public static JvmProbe of(Class<?> main, String... args) {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new JvmProbe(java, List.of(), main, List.of(args), List.of());
  }

  /** Whether pid namespaces can be made here, and pids chosen in them. */
  public static boolean canChoosePids() throws IOException, InterruptedException {
    Process probe =
        new ProcessBuilder(
                "unshare",
                "-pf",
                "--kill-child",
                "--mount-proc",
                "sh",
                "-c",
                "echo 100 >/proc/sys/kernel/ns_last_pid")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    probe.getOutputStream().close();
    return probe.waitFor(10, TimeUnit.SECONDS) && probe.exitValue() == 0;
  }

  /** Started in a pid namespace, of which it is the first process. */
  public JvmProbe inPidNamespace() {
    return wrappedIn("unshare", "-pf", "--kill-child", "--mount-proc");
  }

  /** Started by a shell script that says {@code exec "$@"} in the end. */
  public JvmProbe byShell(String script) {
    return wrappedIn("sh", "-c", script, "sh");
  }

  /** Started by that command, which gets the JVM's as its last arguments. */
  public JvmProbe wrappedIn(String... command) {
    return new JvmProbe(java, List.of(command), main, args, options);
  }

  /** With further options of the JVM's. */
  public JvmProbe options(String... more) {
    return new JvmProbe(java, wrapper, main, args, List.of(more));
  }

  /** Of another JDK than this one. */
  public JvmProbe java(Path other) {
    return new JvmProbe(other, wrapper, main, args, options);
  }

  /** Starts it; whoever does ends it. */
  public Running start() throws IOException {
    Path output = Files.createTempFile("probe", ".out");
    List<String> command = new ArrayList<>(wrapper);
    command.add(java.toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx128m"));
    command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
    command.addAll(Lane.jvmOptions());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(args);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile());
    builder.environment().remove("KEELSON_ID");
    return new Running(builder.start(), output);
  }

  /** Runs it to its end and gives what it printed. */
  public String run() throws IOException, InterruptedException {
    try (Running running = start()) {
      if (!running.process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
        return "not over after " + MOST_SECONDS + " s: " + running.output();
      }
      return running.output();
    }
  }

  /** One that runs. Closing it kills it and what descends from it, by pid. */
  public static final class Running implements AutoCloseable {
    private final Process process;
    private final Path output;

    private Running(Process process, Path output) {
      this.process = process;
      this.output = output;
    }

    /** What it has printed so far. */
    public String output() throws IOException {
      return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    }

    /** Its pid, or that of the command it is wrapped in. */
    public long pid() {
      return process.pid();
    }

    /** Kills the process that was started and nothing else. */
    public void kill() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws IOException {
      List<ProcInfo> descendants = Procs.descendants(process.pid());
      process.destroyForcibly();
      descendants.forEach(Procs::kill);
      try {
        process.waitFor(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      Files.delete(output);
    }
  }
}
