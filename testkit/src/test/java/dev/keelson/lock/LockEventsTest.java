/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the flight recorder is told of locks. */
@Tag("process")
@Timeout(120)
class LockEventsTest {

  @TempDir Path directory;

  @Test
  void shouldRecordAbandonmentsResetsAndHolds() throws Exception {
    ResettableLock lock = ResettableLock.builder().name("orders").watch(new LockWatch() {}).build();
    Path file = directory.resolve("locks.jfr");
    String me = Thread.currentThread().getName();
    try (Recording recording = new Recording()) {
      recording.enable("dev.keelson.LockAbandoned");
      recording.enable("dev.keelson.LockReset");
      recording.enable("dev.keelson.LockHold").withoutThreshold();
      recording.start();
      Thread dies = new Thread(lock::lock, "dies");
      dies.start();
      dies.join();
      lock.lock();
      lock.lock();
      lock.reset("on purpose");
      lock.lock();
      Thread.sleep(10);
      lock.unlock();
      recording.stop();
      recording.dump(file);
    }
    Map<String, List<RecordedEvent>> events =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().startsWith("dev.keelson.Lock"))
            .filter(event -> event.getString("lock").equals("orders")) // and no other test's
            .collect(Collectors.groupingBy(event -> event.getEventType().getName()));

    RecordedEvent abandoned = only(events.get("dev.keelson.LockAbandoned"));
    assertEquals("orders", abandoned.getString("lock"));
    assertEquals("dies", abandoned.getString("owner"));
    assertEquals(1, abandoned.getInt("holds"));
    assertEquals(1, abandoned.getInt("generation"));
    assertEquals("HEAL", abandoned.getString("policy"));

    RecordedEvent reset = only(events.get("dev.keelson.LockReset"));
    assertEquals("orders", reset.getString("lock"));
    assertEquals(me, reset.getString("owner"));
    assertEquals(2, reset.getInt("holds"));
    assertEquals(2, reset.getInt("generation"));
    assertEquals("on purpose", reset.getString("reason"));

    RecordedEvent hold = only(events.get("dev.keelson.LockHold"));
    assertEquals("orders", hold.getString("lock"));
    assertTrue(hold.getDuration().toMillis() >= 5, hold.getDuration().toString());
    assertTrue(hold.getStackTrace() != null, "where it was given back");
  }

  /** A lock that may take the short way, because nobody recorded, must leave it. */
  @Test
  void shouldRecordHoldsOfACheckedLockWheneverItIsAskedTo() throws Exception {
    ResettableLock lock = LockRegistry.builder().order(OrderChecking.THROW).build().lock("checked");
    Path file = directory.resolve("holds.jfr");
    for (int i = 0; i < 3; i++) {
      hold(lock, 5);
    }
    for (int i = 1; i <= 2; i++) {
      try (Recording recording = new Recording()) {
        recording.enable("dev.keelson.LockHold").withoutThreshold();
        recording.start();
        hold(lock, i);
        recording.stop();
        recording.dump(file);
      }
      hold(lock, 3);
      List<RecordedEvent> holds =
          RecordingFile.readAllEvents(file).stream()
              .filter(event -> event.getEventType().getName().equals("dev.keelson.LockHold"))
              .filter(event -> event.getString("lock").equals("checked"))
              .toList();
      assertEquals(i, holds.size(), holds.toString());
    }
  }

  private static void hold(ResettableLock lock, int times) {
    for (int i = 0; i < times; i++) {
      lock.lock();
      lock.unlock();
    }
  }

  private static RecordedEvent only(List<RecordedEvent> events) {
    assertTrue(events != null, "not recorded");
    assertEquals(1, events.size(), events.toString());
    return events.get(0);
  }
}
