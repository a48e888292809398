/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.engines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.process.Command;
import dev.keelson.process.Result;
import dev.keelson.testkit.AllowLeak;
import dev.keelson.testkit.Lane;
import dev.keelson.testkit.LeakKind;
import dev.keelson.testkit.LeakPolicy;
import dev.keelson.testkit.LeakScope;
import dev.keelson.testkit.NoLeaks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the engine does in the JVMs of others: with their options, loaders, ends and signals. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 10_000)
@Timeout(120)
class EngineJvmTest {

  private static final String FLAG = "--enable-native-access=ALL-UNNAMED";

  /** The table of a guard that a JVM had no time to take the name from: see limitations.md. */
  private static final String GUARD = "keelson-[0-9-]+\\.guard$";

  private static final String LATE =
      "the JVM ended between the making of the file and the end of its name";
  private static final int EXITS = "full".equals(System.getProperty("keelson.stress")) ? 40 : 2;

  private static Result jvm(List<String> options, String deed) throws Exception {
    return command(options, deed).run();
  }

  private static Command command(List<String> options, String deed) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx128m"));
    words.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
    words.addAll(options);
    words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    words.addAll(List.of(EngineProbe.class.getName(), deed));
    return Command.of(words).untracked().unsetEnv("KEELSON_ID").timeout(Duration.ofSeconds(100));
  }

  /** Nothing at all, whatever a JVM says about native access. */
  private static void assertSilent(Result result) {
    assertEquals("", result.stderrText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-Dkeelson.engine=portable"})
  void shouldMakeNoJvmWarnWithoutTheFlag(String option) throws Exception {
    List<String> options = option.isEmpty() ? List.of() : List.of(option, "-Xlog:disable");
    Result result = jvm(options, "launch");
    assertEquals(List.of("portable", "fine"), result.lines());
    assertTrue(
        result.stderrText().lines().noneMatch(line -> line.startsWith("WARNING")),
        result::stderrText);
    if (!option.contains("portable")) { // which is told where it was forced
      assertSilent(result);
    }
  }

  @Test
  void shouldMakeNoJvmWarnWithTheFlag() throws Exception {
    Result result = jvm(List.of(FLAG), "launch");
    assertEquals(List.of(Lane.isNative() ? "linux" : "portable", "fine"), result.lines());
    assertSilent(result);
  }

  @Test
  void shouldRunWhereNativeAccessIsForbidden() throws Exception {
    if (Runtime.version().feature() >= 24) {
      Result result = jvm(List.of("--illegal-native-access=deny"), "launch");
      assertEquals(List.of("portable", "fine"), result.lines());
      assertSilent(result);
    }
  }

  @Test
  void shouldSayWhichFlagIsMissingWhereTheEngineIsForced() throws Exception {
    Result result =
        command(List.of("-Dkeelson.engine=linux"), "launch").anyExit().mergeStderr().run();
    assertEquals(1, result.exitCode());
    String text = result.stdoutText();
    assertTrue(text.contains("the linux engine cannot run: "), text);
    assertTrue(text.contains(Lane.isNative() ? "add " + FLAG : "needs JDK 22"), text);
  }

  @Test
  void shouldRunTwiceInOneJvmWhereTwoLoadersLoadIt() throws Exception {
    Result result = jvm(Lane.jvmOptions(), "loaders");
    assertEquals("fine, " + (Lane.isNative() ? 2 : 0) + " loops", result.stdoutTrimmed());
    assertSilent(result);
  }

  @Test
  @AllowLeak(kinds = LeakKind.FILE, name = GUARD, reason = LATE)
  void shouldGoDownWithTheJvmInTheMiddleOfLaunches() throws Exception {
    for (int i = 0; i < EXITS; i++) {
      LeakScope oracle =
          LeakScope.open(
              LeakPolicy.standard()
                  .ignoring(LeakKind.FILE, GUARD, LATE)
                  .within(Duration.ofSeconds(20)));
      Result result = command(Lane.jvmOptions(), "exit").env(oracle.environment()).anyExit().run();
      assertEquals(0, result.exitCode(), result::stderrText);
      assertEquals("", result.stdoutText());
      oracle.assertNoLeaks();
    }
  }

  @Test
  void shouldNotMindAThousandSignalsASecond() throws Exception {
    Result result = jvm(Lane.jvmOptions(), "profiled");
    assertEquals("fine", result.stdoutTrimmed(), result::stderrText);
  }

  @Test
  void shouldBeLoudWhenOtherCodeClosesItsDescriptors() throws Exception {
    assumeTrue(Lane.isNative(), "the JDK's descriptors are the JDK's");
    Result result = command(Lane.jvmOptions(), "robbed").anyExit().mergeStderr().run();
    assertEquals(
        2,
        result.lines().stream().filter(line -> line.contains("Bad file descriptor")).count(),
        result::stdoutText);
    assertTrue(result.stdoutText().contains("was closed by other code"), result::stdoutText);
  }

  @Test
  void shouldSayThatAStatusIsLostWhenOtherCodeReapsEverybody() throws Exception {
    assumeTrue(Lane.isNative(), "the JDK says 0 then");
    Result result = jvm(Lane.jvmOptions(), "stolen");
    assertEquals("fine", result.stdoutTrimmed(), result::stderrText);
  }

  @Test
  void shouldGrowThePipesOfThoseWhoWriteMuchAndMakeFewOfThemLarge() throws Exception {
    assumeTrue(Lane.isNative(), "the JDK's pipes stay as they are");
    Result result = jvm(Lane.jvmOptions(), "pipes");
    assertEquals("fine", result.stdoutTrimmed(), result::stderrText);
  }

  @Test
  void shouldTellWhatAChildHasUsed() throws Exception {
    assumeTrue(Lane.isNative(), "the JDK does not tell");
    Result result = jvm(Lane.jvmOptions(), "usage");
    assertEquals("fine", result.stdoutTrimmed(), result::stderrText);
  }
}
