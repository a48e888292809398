/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the flight recorder is told of wakers and signals. */
@Tag("process")
@Timeout(60)
class WakeFlightTest {

  @TempDir Path directory;

  @Test
  void shouldRecordWhatAWakerDidAndEachSignal() throws Exception {
    assumeTrue(SignalRouter.support("WINCH") == SignalSupport.OK, "WINCH cannot be had here");
    Path file = directory.resolve("wake.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("dev.keelson.WakeStats");
      recording.enable("dev.keelson.SignalDelivered");
      recording.start();
      try (Waker waker = Waker.create();
          SignalRoute route = SignalRouter.on("WINCH").to(waker, 8)) {
        waker.wake(1);
        waker.wake(1);
        assertEquals(1, waker.tryTake().reasons());
        JvmSignals jvm = JvmSignals.get();
        jvm.raise(jvm.signal("WINCH"));
        assertEquals(8, waker.await(Duration.ofSeconds(30)).reasons());
        assertEquals(1, route.count());
      }
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    RecordedEvent signal = only(events, "dev.keelson.SignalDelivered");
    assertEquals("WINCH", signal.getString("signal"));
    assertEquals(1, signal.getLong("count"));
    RecordedEvent stats = only(events, "dev.keelson.WakeStats");
    assertEquals(3, stats.getLong("wakes"));
    assertEquals(1, stats.getLong("coalesced"));
    assertEquals(2, stats.getLong("delivered") + stats.getLong("elided"));
    assertTrue(stats.getLong("writes") <= stats.getLong("waits"));
    assertEquals(0, stats.getLong("missed"));
  }

  private static RecordedEvent only(List<RecordedEvent> events, String name) {
    List<RecordedEvent> found =
        events.stream().filter(event -> event.getEventType().getName().equals(name)).toList();
    assertEquals(1, found.size(), name);
    return found.get(0);
  }
}
