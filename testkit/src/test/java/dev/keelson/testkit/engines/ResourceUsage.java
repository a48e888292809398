/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.engines;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.internal.spawn.engines.Engines;
import dev.keelson.process.Command;
import dev.keelson.process.EngineLaunchers;
import dev.keelson.process.Launcher;
import dev.keelson.process.Result;
import dev.keelson.testkit.Procs;
import java.time.Duration;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What the linux engine tells of its children, against what they know of themselves; in a small
 * JVM, as a child counts for no less memory than its JVM ever had (see limitations.md).
 */
final class ResourceUsage {

  /** Spends time of its own, then a child's of its own in the kernel, and tells of both. */
  private static final String SPINS =
      "i=0; while [ $i -lt 300000 ]; do i=$((i + 1)); done;"
          + " dd if=/dev/urandom of=/dev/null bs=1M count=64 2>/dev/null; times";

  private static final Pattern TIME = Pattern.compile("([0-9]+)m([0-9.]+)s");

  private static final long MIB = 1024 * 1024;

  /** How much more than us. */
  private static final long MORE = 128 * MIB;

  private ResourceUsage() {}

  static void prove() throws Exception {
    try (Launcher launcher =
        EngineLaunchers.over(Engines.named("linux")).orphanGuard(false).build()) {
      tellsTime(launcher);
      tellsMemory(launcher);
    }
    System.out.println("fine");
  }

  private static void tellsTime(Launcher launcher) throws Exception {
    Result result = launcher.run(Command.shell(SPINS).env("LC_ALL", "C"));
    Duration told = result.cpuTime().orElseThrow();
    Duration own = total(result.stdoutText()); // in hundredths, and before it had ended
    assertTrue(own.toMillis() > 0, result::stdoutText);
    assertTrue(told.compareTo(own) >= 0, () -> told + " is less than its own " + own);
    Duration most = result.duration().multipliedBy(2); // it does one thing after the other
    assertTrue(told.compareTo(most) <= 0, () -> told + " in " + result.duration());
  }

  private static Duration total(String times) {
    double seconds = 0;
    for (MatchResult time : TIME.matcher(times).results().toList()) {
      seconds += 60 * Integer.parseInt(time.group(1)) + Double.parseDouble(time.group(2));
    }
    return Duration.ofMillis((long) (1000 * seconds));
  }

  private static void tellsMemory(Launcher launcher) throws Exception {
    long size = mostOfOurs() + MORE;
    Command takes = Command.of("dd", "if=/dev/zero", "of=/dev/null", "count=1", "bs=" + size);
    long large = launcher.run(takes).maxRss().orElseThrow();
    long small = launcher.run(Command.of("true")).maxRss().orElseThrow();
    // The kernel's own count is not exact to the page while a process runs.
    long vague = MORE / 4;
    assertTrue(large > size - vague && large < size + vague, large + " of " + size);
    assertTrue(small > 0 && small < size - MORE / 2, small + " beside " + size);
  }

  private static long mostOfOurs() {
    String most = Procs.status(ProcessHandle.current().pid(), "VmHWM").orElseThrow();
    return 1024 * Long.parseLong(most.replaceAll("[^0-9]", ""));
  }
}
