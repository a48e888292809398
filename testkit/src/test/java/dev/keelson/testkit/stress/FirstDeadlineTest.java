/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.testkit.Lane;
import dev.keelson.testkit.NoLeaks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The first deadline of a JVM finds loaded and linked what it needs. Counted and not timed: each
 * class that is loaded then costs the answer a part of a millisecond, and on a busy machine more.
 */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 10_000)
class FirstDeadlineTest {

  @Test
  void shouldFindMostClassesLoadedByTheFirstDeadline() throws Exception {
    long unprepared = classesLoadedByTheFirstDeadline("unprepared");
    long prepared = classesLoadedByTheFirstDeadline("prepared");
    System.out.println("classes loaded by the first deadline: " + prepared + " of " + unprepared);
    assertTrue(prepared * 2 <= unprepared, prepared + " of " + unprepared);
  }

  private static long classesLoadedByTheFirstDeadline(String how) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Lane.jvmOptions());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            FirstDeadlineMain.class.getName(),
            how));
    return Long.parseLong(
        Command.of(command)
            .untracked()
            .unsetEnv("KEELSON_ID")
            .timeout(Duration.ofMinutes(2))
            .run()
            .stdoutText()
            .strip());
  }
}
