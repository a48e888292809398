/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.process.Result;
import dev.keelson.spi.SchedulePoints;
import dev.keelson.testkit.Schedules;
import java.io.File;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Without a hook on the path a point is nothing: the compiler makes the same machine code of a
 * method with points and of one without, byte for byte as long. With a hook it does not, which
 * shows that the comparison can fail.
 */
@Tag("process")
class PointsCostTest {

  private static final Pattern COMPILED =
      Pattern.compile(
          "<nmethod .*?insts_offset='(\\d+)' stub_offset='(\\d+)'.*?method='[^']*PointsMain"
              + " (\\w+) ");

  @TempDir Path folder;

  @Test
  void shouldBeCompiledAwayWhereThereIsNoHook() throws Exception {
    String path = String.join(File.pathSeparator, home(SchedulePoints.class), home(getClass()));
    Path log = compile(path, false);
    assertEquals(size(log, "withoutAny"), size(log, "withPoints"));
  }

  @Test
  void shouldBeThereWhereThereIsOne() throws Exception {
    String path =
        String.join(
            File.pathSeparator,
            home(SchedulePoints.class),
            home(getClass()),
            home(Schedules.class),
            resources());
    Path log = compile(path, true);
    assertNotEquals(size(log, "withoutAny"), size(log, "withPoints"));
  }

  @Test
  void shouldBeAskedOfAConstant() throws Exception {
    Field hook = SchedulePoints.class.getDeclaredField("HOOK");
    assertTrue(Modifier.isStatic(hook.getModifiers()) && Modifier.isFinal(hook.getModifiers()));
  }

  private static String home(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  /** Where the provider is named: beside the classes, or in the same jar. */
  private static String resources() throws Exception {
    String name = "META-INF/services/dev.keelson.spi.ScheduleHook";
    String place = String.valueOf(Schedules.class.getClassLoader().getResource(name));
    return place.startsWith("file:")
        ? place.substring("file:".length(), place.length() - name.length())
        : home(Schedules.class);
  }

  private Path compile(String path, boolean hooked) throws Exception {
    Path log = folder.resolve("compiled.log");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String main = PointsMain.class.getName();
    Result result =
        Command.of(
                List.of(
                    java,
                    "-XX:+UnlockDiagnosticVMOptions",
                    "-XX:+LogCompilation",
                    "-XX:LogFile=" + log,
                    "-Xbatch",
                    "-XX:-TieredCompilation",
                    "-XX:+UseSerialGC",
                    "-XX:CompileCommand=quiet",
                    "-XX:CompileCommand=dontinline," + main + "::with*",
                    "-cp",
                    path,
                    main))
            .timeout(Duration.ofMinutes(2))
            .run();
    assertEquals(0, result.exitCode(), result.toString());
    assertTrue(result.lines().contains("hook " + hooked), result.toString());
    return log;
  }

  private static int size(Path log, String method) throws Exception {
    int size = -1;
    for (String line : Files.readAllLines(log)) {
      Matcher compiled = COMPILED.matcher(line);
      if (compiled.find() && compiled.group(3).equals(method)) {
        size = Integer.parseInt(compiled.group(2)) - Integer.parseInt(compiled.group(1));
      }
    }
    assertTrue(size > 0, method + " was not compiled, as " + log + " has it");
    return size;
  }
}
