/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.annotation.Nullable;

/** Finds out what can be done with a signal, without touching it. */
final class SignalProbe {

  private static final Set<String> RESERVED =
      Set.of("KILL", "STOP", "SEGV", "BUS", "FPE", "ILL", "QUIT", "BREAK", "PIPE", "XFSZ");

  private static final Set<String> RISKY = Set.of("PROF", "VTALRM", "ABRT", "SYS", "TRAP", "CHLD");

  /** The JVM takes each for a signal of its own, and gives what comes to the name it had last. */
  private static final Map<String, String> SECOND_NAMES =
      Map.of("IOT", "ABRT", "CLD", "CHLD", "POLL", "IO");

  /** The JVM leaves these as it found them; every other one it takes even if it was ignored. */
  private static final Set<String> LEFT_IGNORED = Set.of("HUP", "INT", "TERM");

  /** Between these HotSpot may be told to take another signal to suspend threads by. */
  private static final int SEGV = 11;

  private static final int NSIG = 65;

  private SignalProbe() {}

  /**
   * The name as the JVM has it; of several names of a signal always the same.
   *
   * @throws IllegalArgumentException if it is no name at all
   */
  static String plainName(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    String plain = upper.startsWith("SIG") ? upper.substring(3) : upper;
    if (plain.isEmpty()) {
      throw new IllegalArgumentException(
          "name is \"" + name + "\"; give a signal's name such as TERM or SIGTERM");
    }
    return SECOND_NAMES.getOrDefault(plain, plain);
  }

  static SignalSupport support(String plainName) {
    JvmSignals jvm = JvmSignals.get();
    Object signal = jvm == null ? null : jvm.signal(plainName);
    if (jvm == null || (signal == null && !RESERVED.contains(plainName))) {
      return SignalSupport.UNKNOWN;
    }
    if (signal == null || RESERVED.contains(plainName) || isSampling(jvm.number(signal))) {
      return SignalSupport.VM_RESERVED;
    }
    if (isReduced()) {
      return SignalSupport.XRS;
    }
    if (LEFT_IGNORED.contains(plainName) && isIgnored(jvm.number(signal))) {
      return SignalSupport.IGNORED_BY_PARENT;
    }
    return RISKY.contains(plainName) ? SignalSupport.RISKY : SignalSupport.OK;
  }

  /** What to say and to do about it. */
  static String explain(String plainName, SignalSupport support) {
    return switch (support) {
      case OK, RISKY -> "SIG" + plainName + " can be routed";
      case VM_RESERVED ->
          "SIG" + plainName + " is kept by the system or the JVM; choose another one";
      case IGNORED_BY_PARENT ->
          "SIG"
              + plainName
              + " was ignored when this process was started (nohup, or & in a script), and the JVM"
              + " leaves it so; start it without that";
      case XRS ->
          "this JVM runs with -Xrs and handles no signals; remove that option to route SIG"
              + plainName;
      case UNKNOWN ->
          JvmSignals.get() == null
              ? "this run time has no module jdk.unsupported, through which signals are routed; add"
                  + " it"
              : "there is no signal " + plainName + " on this system";
    };
  }

  /** By which HotSpot suspends threads: USR2, unless the environment names one that it takes. */
  private static boolean isSampling(int number) {
    String moved = System.getenv("_JAVA_SR_SIGNUM");
    if (moved != null) {
      try {
        int wanted = Integer.parseInt(moved.strip());
        if (wanted > SEGV && wanted < NSIG) {
          return wanted == number;
        }
      } catch (NumberFormatException ignoredByTheJvmToo) {
        // as if it were not there
      }
    }
    JvmSignals jvm = JvmSignals.get();
    Object sampling = jvm == null ? null : jvm.signal("USR2");
    return jvm != null && sampling != null && jvm.number(sampling) == number;
  }

  /** HotSpot starts the thread that hands signals out unless it is told not to. */
  private static boolean isReduced() {
    String vm = System.getProperty("java.vm.name", "");
    if (!vm.contains("HotSpot") && !vm.contains("OpenJDK")) {
      return false; // another JVM's threads have other names
    }
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    for (ThreadGroup parent = group; parent != null; parent = parent.getParent()) {
      group = parent;
    }
    if (group == null) {
      return false;
    }
    Thread[] threads = new Thread[group.activeCount() + 64];
    int count = group.enumerate(threads, false);
    for (int i = 0; i < count; i++) {
      if (threads[i].getName().equals("Signal Dispatcher")) {
        return false;
      }
    }
    return true;
  }

  static boolean isLeftIgnored(String plainName) {
    return LEFT_IGNORED.contains(plainName);
  }

  /** Whether the system ignores it for this process; false where that cannot be seen. */
  static boolean isIgnored(int number) {
    String mask = ignoredMask();
    return mask != null && (Long.parseUnsignedLong(mask, 16) >>> (number - 1) & 1) != 0;
  }

  private static @Nullable String ignoredMask() {
    try {
      for (String line :
          Files.readString(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1)
              .split("\n", -1)) {
        if (line.startsWith("SigIgn:")) {
          return line.substring("SigIgn:".length()).strip();
        }
      }
    } catch (IOException notLinux) {
      // the JVM's answer at the installation tells
    }
    return null;
  }
}
