/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.engines;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keelson.internal.linux.Kernels;
import dev.keelson.process.Capabilities;
import dev.keelson.process.Command;
import dev.keelson.process.EngineLaunchers;
import dev.keelson.process.Guarantee;
import dev.keelson.process.Launcher;
import dev.keelson.testkit.ChildProgram;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.Procs;
import java.io.Closeable;
import java.io.FileInputStream;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a child sees of the JVM that started it, exactly, on every tier: what its command says, and
 * nothing of two hundred open files and sockets.
 */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 10_000)
class HygieneTest {

  private static final int OPEN = 200;

  /** The C library keeps two signals for itself, and starts programs with them ignored. */
  private static final long ITS_OWN = 0x1_8000_0000L;

  private static final long BROKEN_PIPE = 1L << 12;
  private static final long CHILD_ENDED = 1L << 16;

  @TempDir Path dir;

  static List<String> engines() {
    List<String> engines = new ArrayList<>(List.of("portable", TestEngines.STREAMS));
    if (Kernels.whyNot().isEmpty()) {
      engines.addAll(List.of("linux", TestEngines.PIDFDS));
    }
    return engines;
  }

  @ParameterizedTest
  @MethodSource("engines")
  void shouldShowAChildNothingButWhatItsCommandSays(String engine) throws Exception {
    List<Closeable> open = new ArrayList<>();
    try (Launcher launcher = EngineLaunchers.over(TestEngines.named(engine)).build()) {
      for (int i = 0; i < OPEN; i++) {
        open.add(i % 4 == 0 ? new ServerSocket() : new FileInputStream("/dev/null"));
        if (i % 4 == 0) {
          ((ServerSocket) open.get(i)).bind(null);
        }
      }
      ChildProgram reports =
          ChildProgram.create()
              .reportPid()
              .reportSession()
              .reportDirectory()
              .reportSignals()
              .reportDescriptors();
      List<String> said = launcher.run(Command.of(reports.command()).directory(dir)).lines();
      assertEquals(dir.toRealPath().toString(), said.get(2), said::toString);

      TreeMap<String, String> facts = new TreeMap<>();
      List<String> descriptors = new ArrayList<>();
      for (String line : said) {
        String[] words = line.split("[: \t]+", 2);
        if (words[0].equals("fd")) {
          descriptors.add(words[1].split(" ")[0]);
        }
        facts.put(words[0], words.length > 1 ? words[1].strip() : "");
      }
      assertEquals(List.of("0", "1", "2"), descriptors, said::toString);
      if (keeps(launcher, Guarantee.OWN_SESSION)) {
        assertEquals(facts.get("pid") + " group " + facts.get("pid"), facts.get("session"));
      }
      if (keeps(launcher, Guarantee.CLEAN_SIGNAL_MASK)) {
        assertEquals("0000000000000000", facts.get("SigBlk"), said::toString);
        long inherited = ignored(Procs.status(self(), "SigIgn").orElseThrow());
        assertEquals(inherited, ignored(facts.get("SigIgn")), said::toString);
      }
      assertEquals(
          List.of("A=b", "KEELSON_ID"),
          launcher.run(Command.of("env").clearEnv().env("A", "b")).lines().stream()
              .map(line -> line.replaceAll("^(KEELSON_ID)=.*", "$1"))
              .sorted()
              .toList());
    } finally {
      for (Closeable each : open) {
        each.close();
      }
    }
  }

  private static boolean keeps(Launcher launcher, Guarantee guarantee) {
    return launcher.capabilities().of(guarantee).level() == Capabilities.Level.KEPT;
  }

  private static long ignored(String mask) {
    return Long.parseUnsignedLong(mask.strip(), 16) & ~(ITS_OWN | BROKEN_PIPE | CHILD_ENDED);
  }

  private static long self() {
    return ProcessHandle.current().pid();
  }
}
