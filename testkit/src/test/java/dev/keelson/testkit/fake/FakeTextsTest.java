/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.fake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.Stdin;
import dev.keelson.testkit.Arg;
import dev.keelson.testkit.FakeCommand;
import dev.keelson.testkit.FakeLaunchError;
import dev.keelson.testkit.FakeLauncher;
import dev.keelson.testkit.StartFailure;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** The words in which a fake launcher complains, whole, and what it refuses at once. */
@Tag("process")
@Timeout(60)
class FakeTextsTest {

  private final FakeLauncher fake = FakeLauncher.strict();

  @AfterEach
  void close() {
    try {
      fake.close();
    } catch (FakeLaunchError expected) {
      // each test provokes it
    }
  }

  @Test
  void shouldNameTheNearestRegistration() {
    fake.on("git", "status", "--porcelain").stdout("x");
    fake.on("git", Arg.regex("log|show"), Arg.rest()).repeatedly();
    assertText(
        """
        unexpected launch: git stauts --porcelain
          nearest: git status --porcelain   at FakeTextsTest.java:N
            word 1 is stauts, expected status
          registered:
            git status --porcelain   expected once, launched 0 times
            git /log|show/ <any words>   expected, launched 0 times
          to fix: correct the code that launched it, or register it with on(...)
          to allow: passThrough(...) lets a command run for real""",
        () -> fake.run(Command.of("git", "stauts", "--porcelain")));
  }

  @Test
  void shouldSayThatNothingIsRegistered() {
    assertText(
        """
        unexpected launch: git
          nothing is registered
          to fix: correct the code that launched it, or register it with on(...)
          to allow: passThrough(...) lets a command run for real""",
        () -> fake.run(Command.of("git")));
  }

  @Test
  void shouldSayThatItIsUsedUp() throws Exception {
    fake.on("git").exit(0);
    fake.run(Command.of("git"));
    assertText(
        """
        unexpected launch: git
          nearest: git   at FakeTextsTest.java:N
            it matches, and was launched once already, as often as it may be: times(2), repeatedly() or then()
          to fix: correct the code that launched it, or register it with on(...)
          to allow: passThrough(...) lets a command run for real""",
        () -> fake.run(Command.of("git")));
  }

  @Test
  void shouldNameWordsThatAreMissingOrTooMany() {
    fake.on("git", "push", "origin");
    assertContains("word 2 is missing, expected origin", Command.of("git", "push"));
    assertContains(
        "word 3 is -f, expected no more words", Command.of("git", "push", "origin", "-f"));
  }

  @Test
  void shouldKeepSecrets() {
    fake.on("curl", "-u", "me:word", "host");
    Command command = Command.of("curl", "-u").secretArg("me:hush-hush").args("host");
    FakeLaunchError failure = assertThrows(FakeLaunchError.class, () -> fake.run(command));
    assertFalse(failure.getMessage().contains("hush"), failure.getMessage());
    assertTrue(
        failure.getMessage().contains("word 2 is a secret, expected me:word"),
        failure.getMessage());
  }

  @Test
  void shouldNameWhatWasNotLaunched() throws Exception {
    fake.on("git", "fetch");
    fake.on("git", "push", "origin").times(2);
    fake.on("git", "gc").optional();
    fake.run(Command.of("git", "fetch"));
    assertText(
        """
        1 registered command was not launched:
            git push origin   expected 2 times, launched 0 times
              registered at FakeTextsTest.java:N
              nearest launch: git fetch
              word 1 is fetch, expected push
          to fix: launch it, or drop the registration
          to allow: optional()""",
        fake::verify);
  }

  @Test
  void shouldNameWhoTookWhatWasNotLaunched() throws Exception {
    fake.on("git", Arg.rest()).repeatedly();
    fake.on("git", "push");
    fake.run(Command.of("git", "fetch"));
    fake.run(Command.of("git", "push"));
    assertText(
        """
        1 registered command was not launched:
            git push   expected once, launched 0 times
              registered at FakeTextsTest.java:N
              git push was launched, but a registration before this one took it: register this one first
                git <any words>   at FakeTextsTest.java:N
          to fix: launch it, or drop the registration
          to allow: optional()""",
        fake::verify);
  }

  @Test
  void shouldNotAdviseAnotherOrderWhenTheOneBeforeIsNarrower() throws Exception {
    fake.on("git", "push");
    fake.on("git", Arg.rest());
    fake.run(Command.of("git", "push"));
    assertText(
        """
        1 registered command was not launched:
            git <any words>   expected once, launched 0 times
              registered at FakeTextsTest.java:N
              git push was launched, but a registration before this one took it: of those that match, the first that is not used up does
                git push   at FakeTextsTest.java:N
          to fix: launch it, or drop the registration
          to allow: optional()""",
        fake::verify);
  }

  @Test
  void shouldNotBlameTheOneBeforeOfTheSameWords() throws Exception {
    fake.on("git").exit(0).then().exit(1);
    fake.on("git").exit(2);
    fake.run(Command.of("git"));
    assertText(
        """
        2 registered commands were not launched:
            git   expected once, launched 0 times
              registered at FakeTextsTest.java:N
            git   expected once, launched 0 times
              registered at FakeTextsTest.java:N
          to fix: launch it, or drop the registration
          to allow: optional()""",
        fake::verify);
  }

  @Test
  void shouldFindAgainWhatTheCodeUnderTestSwallowed() {
    fake.on("git");
    try {
      fake.run(Command.of("gti"));
    } catch (Throwable swallowed) {
      // as bad code does
    }
    String message = assertThrows(FakeLaunchError.class, fake::verify).getMessage();
    assertTrue(message.startsWith("unexpected launch: gti"), message);
    assertTrue(message.contains("1 registered command was not launched"), message);
  }

  @Test
  void shouldShowTheWrongInput() {
    fake.on("mail", "-s", "hello").expectStdin("dear all\n").exit(0);
    Command command = Command.of("mail", "-s", "hello").stdin(Stdin.text("dear Bob\n"));
    assertThrows(CommandException.class, () -> fake.run(command));
    assertText(
        """
        wrong standard input of: mail -s hello
          expected: "dear all\\n"
          actual:   "dear Bob\\n"
          registered at FakeTextsTest.java:N
          to fix: correct what the code under test writes, or expectStdin(...)""",
        fake::verify);
  }

  @Test
  void shouldTellOfAProgramThatFails() {
    fake.on("git")
        .runs(
            self -> {
              throw new IOException("no script");
            });
    assertThrows(CommandException.class, () -> fake.run(Command.of("git")));
    String message = assertThrows(FakeLaunchError.class, fake::verify).getMessage();
    assertTrue(
        message.startsWith(
            "the program of a fake process failed: git\n  java.io.IOException: no script\n    at "),
        message);
  }

  @Test
  void shouldStayReadableHoweverMuchIsWrong() {
    for (int i = 0; i < 100; i++) {
      fake.on("git", Integer.toString(i));
      String word = "-" + i;
      assertThrows(FakeLaunchError.class, () -> fake.run(Command.of("git", word)));
    }
    String message = assertThrows(FakeLaunchError.class, fake::verify).getMessage();
    assertEquals(60, message.lines().count());
    assertTrue(message.endsWith(" more lines"), message);
  }

  @Test
  void shouldRefuseBadInputAtOnce() throws Exception {
    FakeCommand command = fake.on("git");
    assertRefused("on() names no command", () -> fake.on());
    assertRefused("any(2, 1)", () -> Arg.any(2, 1));
    assertRefused("code is 256", () -> command.exit(256));
    assertRefused("signal is \"TREM\"", () -> command.diesOf("TREM"));
    assertRefused("no process can handle", () -> command.ignores("KILL"));
    assertRefused("delay is PT-1S", () -> command.after(Duration.ofSeconds(-1)));
    assertRefused("times is 0", () -> command.times(0));
    assertRefused("duration is PT-1S", () -> fake.clock().advance(Duration.ofSeconds(-1)));
    command.exit(0);
    assertLate("comes after exit(0)", () -> command.stdout("x"));
    assertLate("comes after exit(0)", () -> command.failsToStart(StartFailure.REFUSED));
    fake.run(Command.of("git"));
    assertLate("comes too late", () -> command.times(2));
  }

  private static void assertRefused(String text, Executable action) {
    String message = assertThrows(IllegalArgumentException.class, action).getMessage();
    assertTrue(message.contains(text), message);
  }

  private static void assertLate(String text, Executable action) {
    String message = assertThrows(IllegalStateException.class, action).getMessage();
    assertTrue(message.contains(text), message);
  }

  private void assertContains(String text, Command command) {
    String message = assertThrows(FakeLaunchError.class, () -> fake.run(command)).getMessage();
    assertTrue(message.contains(text), message);
  }

  private static void assertText(String expected, Executable action) {
    String message = assertThrows(FakeLaunchError.class, action).getMessage();
    assertEquals(expected, message.replaceAll("\\.java:\\d+", ".java:N"));
  }
}
