/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keelson.testkit.internal.heap.ClassHistogram;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What an output is written to is gone when the run is. */
class SinksTest {

  /** A descriptor of the JVM's own keeps every stream that was made over it. */
  @Test
  void shouldNotLeaveAStreamForEachRunThatInherits() throws Exception {
    OutputTarget target = Stdout.tee(Stdout.capture(), Stdout.inherit()).target();
    for (int run = 0; run < 50; run++) {
      Sinks.open(target, Capture.upTo(1), UTF_8, false).close(null);
      Sinks.open(target, Capture.upTo(1), UTF_8, true).close(null);
    }
    AtomicLong streams = new AtomicLong();
    ClassHistogram.take(
        (name, instances, bytes) -> {
          if (name.equals(Sinks.class.getName() + "$Unclosed")) {
            streams.set(instances);
          }
        });
    assertEquals(2, streams.get(), "one for each of the two outputs");
  }
}
