/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.Drain;
import dev.keelson.process.Guarantee;
import dev.keelson.process.Result;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;

/** What the flight recorder is told: names and fields are part of the interface. */
abstract class EventContract extends ContractSuite {

  private static final String START = "dev.keelson.ProcessStart";
  private static final String EXIT = "dev.keelson.ProcessExit";
  private static final String LIVE = "dev.keelson.ProcessLive";
  private static final String TEARDOWN = "dev.keelson.ProcessTeardown";

  @Test
  void shouldTellOfStartsAndExits() throws Exception {
    try (Recorder recorder = new Recorder(START, EXIT, TEARDOWN)) {
      Command command = sh("sleep 0.1; exit 3").anyExit();
      Result result = launcher().run(command);

      List<RecordedEvent> events = recorder.events(dir, command);

      assertEquals(List.of(START, EXIT), names(events));
      RecordedEvent start = events.get(0);
      RecordedEvent exit = events.get(1);
      assertTrue(start.getLong("pid") > 1);
      assertEquals(start.getLong("pid"), exit.getLong("pid"));
      assertEquals(command.toString(), start.getString("command"));
      assertEquals(launcher().capabilities().engine(), start.getString("engine"));
      assertEquals(command.toString(), exit.getString("command"));
      assertEquals("exit code 3", exit.getString("status"));
      Duration runTime = exit.getDuration("runTime");
      assertTrue(runTime.toMillis() >= 100, runTime.toString());
      assertTrue(runTime.compareTo(result.duration()) <= 0, runTime + " " + result.duration());
    }
  }

  @Test
  void shouldTellOfTeardowns() throws Exception {
    try (Recorder recorder = new Recorder(START, EXIT, TEARDOWN)) {
      Command command = sh("sleep 40 & : >\"$0\"; wait").args(dir.resolve("ready").toString());
      try (Child child = launcher().start(command)) {
        awaitFile(dir.resolve("ready"));
        child.terminate(Duration.ofSeconds(1));
        assertThrows(CommandException.class, child::result); // all is over then
      }

      List<RecordedEvent> events = recorder.events(dir, command);

      assertEquals(3, events.size(), events.toString());
      RecordedEvent teardown =
          events.stream()
              .filter(event -> event.getEventType().getName().equals(TEARDOWN))
              .findFirst()
              .orElseThrow();
      assertEquals(2, teardown.getInt("ended"));
      assertEquals(0, teardown.getInt("escaped"));
      assertEquals("it was terminated", teardown.getString("reason"));
      assertEquals(command.toString(), teardown.getString("command"));
      assertTrue(teardown.getDuration("teardownTime").toNanos() > 0);
    }
  }

  @Test
  void shouldTellWhoLives() throws Exception {
    Command busy = sh("i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done; exec sleep 40");
    Child early = launcher().start(busy); // before there is a recorder
    try (Recorder recorder = new Recorder(LIVE)) {
      Child late = launcher().start(sh(SLEEP).secretEnv("TOKEN", "s3cr3t"));
      launcher().run(Command.of("true"));
      Await.soon()
          .until(
              "it was busy and sleeps",
              () -> early.asProcess().info().totalCpuDuration().orElseThrow().toMillis() > 50);

      List<RecordedEvent> events = recorder.events(dir);

      Set<Long> pids =
          events.stream().map(event -> event.getLong("pid")).collect(Collectors.toSet());
      assertTrue(pids.containsAll(Set.of(early.pid(), late.pid())), pids::toString);
      RecordedEvent event =
          events.stream()
              .filter(each -> each.getLong("pid") == early.pid())
              .max(Comparator.comparing(RecordedEvent::getStartTime))
              .orElseThrow();
      assertEquals(busy.toString(), event.getString("command"));
      assertTrue(event.getDuration("age").toMillis() > 50, event::toString);
      assertTrue(event.getDuration("cpuTime").toMillis() >= 50, event::toString);
      assertTrue(event.getLong("rss") > 50_000, event::toString);
      assertFalse(events.toString().contains("s3cr3t"));
    }
    assertEquals(2, launcher().children().size());
  }

  /** Asking for its CPU time once made a Process of the child, whose streams end with it. */
  @Test
  void shouldLeaveLateOutputToItsReaderWhenItTellsWhoLives() throws Exception {
    requires(Guarantee.HELD_PIPE_POLICY);
    Path go = dir.resolve("go");
    Command command =
        sh("until [ -e \"$0\" ]; do sleep 0.02; done; (sleep 0.5; echo late) & echo early")
            .args(go.toString())
            .stdout(Stdout.pipe())
            .drain(Drain.untilEof());
    try (Recorder recorder = new Recorder(LIVE);
        Child child = launcher().start(command)) {
      assertEquals(Set.of(child), launcher().children());
      assertFalse(recorder.events(dir, command).isEmpty());
      Files.createFile(go);
      assertEquals("early\nlate\n", new String(child.stdout().readAllBytes(), UTF_8));
    }
  }

  private static List<String> names(List<RecordedEvent> events) {
    return events.stream().map(event -> event.getEventType().getName()).toList();
  }
}
