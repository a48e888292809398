/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.guard;

import dev.keelson.internal.spawn.Headroom;
import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;

/** One watchdog process that has said it is ready. */
final class Watchdog {

  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);
  private static final String USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";

  private final Process process;

  /**
   * Kept because the watchdog lives as long as this is open. Nobody ever writes to it or closes it.
   */
  @SuppressWarnings("unused")
  private final OutputStream lifeline;

  private final @Nullable Creation reportedProcess;
  private final @Nullable Creation reportedLifeline;

  private Watchdog(Process process) {
    this.process = process;
    this.lifeline = process.getOutputStream();
    this.reportedProcess =
        Creations.created(Creation.Kind.PROCESS, process.pid(), () -> "orphan guard's watchdog");
    this.reportedLifeline = Creations.observed() ? reportLifeline(process.pid()) : null;
    Creations.retained(reportedProcess);
    Creations.retained(reportedLifeline);
  }

  /**
   * Starts one and waits until it has the table open and ignores signals. An interrupt is kept and
   * does not cut this short.
   */
  static Watchdog start(GuardTable table, @Nullable Path setsid) throws IOException {
    List<String> command = new ArrayList<>();
    if (setsid != null) {
      // A session of its own, so that nothing meant for the JVM's process group or terminal reaches
      // it.
      command.add(setsid.toString());
    }
    command.addAll(
        List.of(
            "/bin/sh",
            "-c",
            WatchdogScript.TEXT,
            "keelson-guard",
            Long.toString(ProcessHandle.current().pid()),
            table.door().toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(new File("/"));
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> environment = builder.environment();
    String path = environment.getOrDefault("PATH", USUAL_PATH);
    environment.clear();
    environment.put("PATH", path.isEmpty() ? USUAL_PATH : path);
    Headroom.require();
    Process process = builder.start();
    try {
      awaitReady(process);
      return new Watchdog(process);
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      process.getOutputStream().close();
      throw e;
    }
  }

  /** Whether it still watches, as far as the JDK has noticed; no system call. */
  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Runs {@code action} when it has ended, which it never does by itself while this JVM lives. */
  void onDeath(Runnable action) {
    var unused =
        process
            .onExit()
            .whenComplete( // where no thread can be had to tell of it, it has ended, too
                (ended, failure) -> {
                  closeLifeline();
                  Creations.ended(reportedLifeline);
                  Creations.ended(reportedProcess);
                  action.run();
                });
  }

  private void closeLifeline() {
    try {
      lifeline.close();
    } catch (IOException e) {
      // Nothing was ever written: there is nothing to lose.
    }
  }

  /** Polls, because a thread in a read of the JDK's stream could not be given a deadline. */
  private static void awaitReady(Process process) throws IOException {
    StringBuilder line = new StringBuilder();
    long start = System.nanoTime();
    boolean interrupted = false;
    try (InputStream in = process.getInputStream()) {
      while (true) {
        boolean dead = !process.isAlive();
        if (in.available() > 0) {
          line.append(new String(in.readNBytes(in.available()), StandardCharsets.UTF_8));
        } else if (dead) {
          throw new IOException("the watchdog ended before it was ready");
        }
        if (line.indexOf("\n") >= 0) {
          break;
        }
        if (System.nanoTime() - start > PATIENCE) {
          throw new IOException("the watchdog was not ready within 5 s");
        }
        try {
          Thread.sleep(1);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    String said = line.toString().strip();
    if (!said.equals("ready")) {
      throw new IOException(said);
    }
  }

  private static @Nullable Creation reportLifeline(long pid) {
    try {
      // The child's end and ours are the same pipe.
      int descriptor = OpenDescriptors.numberOf(Path.of("/proc/" + pid + "/fd/0"));
      return Creations.created(
          Creation.Kind.DESCRIPTOR, descriptor, () -> "orphan guard's lifeline");
    } catch (IOException e) {
      return null;
    }
  }

  /** The program that starts another in a session of its own, or null where there is none. */
  static @Nullable Path findSetsid() {
    for (String directory : List.of("/usr/bin", "/bin", "/usr/local/bin")) {
      Path candidate = Path.of(directory, "setsid");
      if (Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    return null;
  }
}
