/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.LaunchListener;
import dev.keelson.process.Launcher;
import dev.keelson.testkit.Await;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What is secret reaches the child and nothing else. */
abstract class SecretContract extends ContractSuite {

  private static final String ARGUMENT = "s3cr3t-argument";
  private static final String VALUE = "s3cr3t-value";

  private static Command secret(String script) {
    return sh(script).secretArg(ARGUMENT).secretEnv("TOKEN", VALUE);
  }

  @Test
  void shouldReachTheChild() throws Exception {
    assertEquals(
        ARGUMENT + " " + VALUE, launcher().run(secret("printf \"$0 $TOKEN\"")).stdoutText());
  }

  @Test
  void shouldBeMaskedInTheCommandsText() throws Exception {
    Command command = secret("exit 0");

    assertMasked(command.toString());
    assertMasked(command.pipe(Command.of("cat")).toString());
    try (Child child = launcher().start(command)) {
      assertMasked(child.toString());
      assertHidden(child.result().toString());
    }
  }

  @Test
  void shouldBeMaskedInEveryException() throws Exception {
    String shout = "echo \"my $0 and $TOKEN\" >&2; echo \"$0 $TOKEN\" >&2; ";
    List<Command> failing =
        List.of(
            secret(shout + "exit 1"),
            secret(shout + SLEEP).timeout(Duration.ofMillis(400)),
            secret(shout + "exec yes").maxOutput(100),
            Command.of("no-such-program-here", "x").secretArg(ARGUMENT).secretEnv("TOKEN", VALUE),
            secret("exit 0").directory(dir.resolve("none")),
            secret("x").secretArg(ARGUMENT.repeat(10_000)));

    for (Command command : failing) {
      CommandException failure =
          assertThrows(CommandException.class, () -> launcher().run(command));
      assertMasked(failure.getMessage());
      assertMasked(failure.command());
      assertMasked(failure.toString());
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      assertMasked(trace.toString());
    }
  }

  @Test
  void shouldBeMaskedInEventsAndLogs() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    Set<Long> pids = ConcurrentHashMap.newKeySet();
    LaunchListener failing =
        new LaunchListener() {
          @Override
          public void started(Child child) {
            pids.add(child.pid());
            told.add(child.toString());
            throw new IllegalStateException("for the log");
          }
        };
    try (Recorder recorder =
            new Recorder(
                "dev.keelson.ProcessStart",
                "dev.keelson.ProcessExit",
                "dev.keelson.ProcessTeardown");
        Launcher own = launcher(builder().listener(failing))) {
      own.run(secret("exit 0"));
      try (Child child = own.start(secret(SLEEP))) {
        assertTrue(child.isAlive());
        child.close();
        assertThrows(CommandException.class, child::result); // all is over then
      }
      Await.soon().until("the listener was told", () -> told.size() == 2);
      Await.soon().until("its failures are logged", () -> recorder.logged().size() >= 2);

      List<String> events =
          recorder.events(dir).stream()
              .filter(event -> pids.contains(event.getLong("pid")))
              .map(Object::toString)
              .toList();

      assertEquals(5, events.size(), events.toString());
      events.forEach(SecretContract::assertMasked);
      told.forEach(SecretContract::assertMasked);
      recorder.logged().forEach(SecretContract::assertHidden);
    }
  }

  private static void assertMasked(String text) {
    assertHidden(text);
    assertTrue(text.contains("***"), text);
  }

  private static void assertHidden(String text) {
    assertFalse(text.contains("s3cr3t"), text);
  }
}
