/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.util.Objects.requireNonNull;

import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.ExitStatus;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.internal.ProcFiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.annotation.Nullable;

/**
 * Looks at processes as the kernel sees them, where {@link ProcessHandle} says too little: it calls
 * a zombie alive and knows neither sessions nor environments.
 *
 * <pre>{@code
 * ProcInfo child = Procs.find(process.pid()).orElseThrow();
 * Await.soon().until("reaped", () -> Procs.isGone(child));
 * }</pre>
 *
 * <p><b>Thread safety.</b> Stateless; safe for use by multiple threads.
 *
 * <p><b>Limitations.</b> Linux only: elsewhere nothing is ever found. Every answer may be out of
 * date when it arrives.
 */
public final class Procs {

  private Procs() {}

  /** This JVM. */
  public static ProcInfo self() {
    return find(ProcessHandle.current().pid())
        .orElseThrow(() -> new UnsupportedOperationException("there is no /proc on this system"));
  }

  /** The process with this pid, also if it is a zombie; empty if there is none. */
  public static Optional<ProcInfo> find(long pid) {
    return ProcFiles.read("/proc/" + pid + "/stat").map(ProcInfo::parse);
  }

  /** Every process of the machine (more precisely, of the pid namespace). */
  public static List<ProcInfo> all() {
    List<ProcInfo> found = new ArrayList<>();
    for (long pid : ProcFiles.numbers("/proc")) {
      find(pid).ifPresent(found::add);
    }
    return found;
  }

  /** The direct children of {@code pid}, zombies included. */
  public static List<ProcInfo> children(long pid) {
    List<ProcInfo> found = all();
    found.removeIf(process -> process.parent() != pid);
    return found;
  }

  /** The children of {@code pid}, their children, and so on; zombies included. */
  public static List<ProcInfo> descendants(long pid) {
    return descendants(pid, all());
  }

  /** The descendants of {@code pid} in a listing that was made before. */
  public static List<ProcInfo> descendants(long pid, List<ProcInfo> all) {
    Map<Long, List<ProcInfo>> byParent = new HashMap<>();
    for (ProcInfo process : all) {
      byParent.computeIfAbsent(process.parent(), parent -> new ArrayList<>()).add(process);
    }
    List<ProcInfo> found = new ArrayList<>(byParent.getOrDefault(pid, List.of()));
    Set<Long> seen = new HashSet<>();
    // The listing is no snapshot: with pids used again it could even show a cycle.
    for (int i = 0; i < found.size(); i++) {
      if (seen.add(found.get(i).pid())) {
        found.addAll(byParent.getOrDefault(found.get(i).pid(), List.of()));
      }
    }
    return found;
  }

  /** Whether it has ended <i>and</i> been reaped; a zombie is not gone. */
  public static boolean isGone(ProcInfo process) {
    return now(process).isEmpty();
  }

  /** Whether it has not ended yet. */
  public static boolean isAlive(ProcInfo process) {
    return now(process).map(ProcInfo::isAlive).orElse(false);
  }

  /** Whether a process with this pid has not ended yet. */
  public static boolean isAlive(long pid) {
    return find(pid).map(ProcInfo::isAlive).orElse(false);
  }

  /** Whether a process with this pid has ended and was not reaped yet. */
  public static boolean isZombie(long pid) {
    return find(pid).map(ProcInfo::isZombie).orElse(false);
  }

  /** The same process as it is now; empty if it is gone, also if its pid was given to another. */
  public static Optional<ProcInfo> now(ProcInfo process) {
    return find(process.pid()).filter(process::isSameProcess);
  }

  /** The command line with spaces between the arguments; empty for a zombie. */
  public static String commandLine(long pid) {
    return ProcFiles.read("/proc/" + pid + "/cmdline")
        .map(text -> ProcFiles.decode(text).replace('\0', ' ').strip())
        .orElse("");
  }

  /** The entries {@code NAME=value} it was started with; empty where they may not be read. */
  public static List<String> environment(long pid) {
    return ProcFiles.read("/proc/" + pid + "/environ")
        .filter(text -> !text.isEmpty())
        .map(text -> List.of(ProcFiles.decode(text).split("\0")))
        .orElse(List.of());
  }

  /** The value of {@code name} in the environment it was started with. */
  public static Optional<String> environment(long pid, String name) {
    String prefix = requireNonNull(name, "name") + "=";
    return environment(pid).stream()
        .filter(entry -> entry.startsWith(prefix))
        .map(entry -> entry.substring(prefix.length()))
        .findFirst();
  }

  /** A line of {@code /proc/PID/status}: {@code status(pid, "SigIgn")}. */
  public static Optional<String> status(long pid, String key) {
    return ProcFiles.read("/proc/" + pid + "/status").stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith(key + ":"))
        .map(line -> line.substring(key.length() + 1).strip())
        .findFirst();
  }

  /** Its open descriptors, number to target; empty where they may not be read. */
  public static Map<Integer, String> descriptors(long pid) {
    return ProcFiles.descriptors(Long.toString(pid));
  }

  /** Sends KILL; see {@link #signal}. */
  public static boolean kill(ProcInfo process) {
    return signal(process, "KILL");
  }

  /**
   * Sends a signal, after checking by the start time that the pid still belongs to {@code process}.
   *
   * @param name the signal without SIG: {@code "TERM"}, {@code "STOP"}
   * @return false if the process has ended, or the signal could not be sent
   */
  public static boolean signal(ProcInfo process, String name) {
    requireNonNull(name, "name");
    if (process.pid() <= 1 || process.pid() == ProcessHandle.current().pid()) {
      throw new IllegalArgumentException("refusing to send " + name + " to pid " + process.pid());
    }
    // The handle carries a start time of its own and checks it again just before the call.
    @Nullable ProcessHandle handle = ProcessHandle.of(process.pid()).orElse(null);
    if (handle == null || !isAlive(process)) {
      return false;
    }
    return switch (name) {
      case "KILL" -> handle.destroyForcibly();
      case "TERM" -> handle.destroy();
      default -> signalByShell(process.pid(), name);
    };
  }

  /** The JDK knows no other signals; the shell's own kill does. */
  private static boolean signalByShell(long pid, String name) {
    try {
      return Command.of("/bin/sh", "-c", "kill -s \"$1\" \"$2\"", "kill", name, "" + pid)
          .stdout(Stdout.discard())
          .stderr(Stdout.discard())
          .untracked()
          .anyExit()
          .timeout(Duration.ofSeconds(10))
          .run()
          .status()
          .equals(new ExitStatus.Exited(0));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (CommandException e) {
      return false;
    }
  }
}
