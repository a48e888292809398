/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Result;
import java.time.Duration;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;

/** What the flight recorder is told: names and fields are part of the interface. */
abstract class EventContract extends ContractSuite {

  private static final String START = "dev.keelson.ProcessStart";
  private static final String EXIT = "dev.keelson.ProcessExit";
  private static final String TEARDOWN = "dev.keelson.ProcessTeardown";

  @Test
  void shouldTellOfStartsAndExits() throws Exception {
    try (Recorder recorder = new Recorder(START, EXIT, TEARDOWN)) {
      Command command = sh("sleep 0.1; exit 3").anyExit();
      Result result = launcher().run(command);

      List<RecordedEvent> events = recorder.events(dir);

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
      }

      List<RecordedEvent> events = recorder.events(dir);

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

  private static List<String> names(List<RecordedEvent> events) {
    return events.stream().map(event -> event.getEventType().getName()).toList();
  }
}
