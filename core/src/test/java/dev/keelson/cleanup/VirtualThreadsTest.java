/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** Virtual threads register, mark, drain and close without ever holding their carrier. */
@Tag("process")
@Timeout(120)
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadsTest {

  private static final AtomicBoolean SEEN = new AtomicBoolean();

  private static final int FIRST = 100;
  private static final int THREADS = 200;
  private static final int EACH = 100;

  /** Holds its carrier: what a class initializer waits for is waited for in a native frame. */
  static final class Pinning {
    static final Object MADE = make();

    private static Object make() {
      LockSupport.parkNanos(Duration.ofMillis(30).toNanos());
      return new Object();
    }
  }

  private static Thread startVirtual(Runnable body) throws Exception {
    Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
    return (Thread) start.invoke(null, body);
  }

  private static List<RecordedEvent> pinned(Path directory, Runnable body, int threads)
      throws Exception {
    Path file = directory.resolve(threads + ".jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ZERO);
      recording.start();
      List<Thread> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(startVirtual(body));
      }
      for (Thread each : running) {
        each.join();
      }
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file);
  }

  @Test
  void shouldNotPin(@TempDir Path directory) throws Exception {
    Resource resource = new Resource();
    try (CleanupRealm realm = Flavour.OWN.builder().leakLevel(LeakLevel.PARANOID).build()) {
      Runnable body =
          () -> {
            for (int i = 0; i < EACH; i++) {
              Registration<Resource> r = realm.register(this, resource, Resource::release);
              if (i % 10 == 0) {
                r.atExit(true);
                Thread.yield();
              }
              r.touch("used");
              r.close();
            }
          };
      // Two threads that load the same class wait for each other in the JVM, and a first recording
      // has classes of its own, such as the one that counts exceptions. One thread loads them all,
      // and then many what only many come to.
      pinned(directory, body, 1);
      pinned(directory, body, FIRST);
      assertEquals(List.of(), pinned(directory, body, THREADS));
    }
    assertEquals((1 + FIRST + THREADS) * EACH, resource.count());
  }

  /** The check can fail. */
  @Test
  void shouldSeeOneThatPins(@TempDir Path directory) throws Exception {
    assumeTrue(SEEN.compareAndSet(false, true), "a class is initialised once in a JVM");
    assertTrue(pinned(directory, () -> assertNotNull(Pinning.MADE), 1).size() > 0);
  }
}
