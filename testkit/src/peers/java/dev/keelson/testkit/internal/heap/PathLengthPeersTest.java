/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.keelson.testkit.stress.Size;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shark.LeakTrace;

/** A path of ours is as short as Shark's to the same object of the same dump. */
@Tag("process")
class PathLengthPeersTest {

  private static final int HEAPS = 200;

  /** Holds one half; a thread, which is a root to all tools, the other. */
  private static RandomHeap[] heaps = {};

  private static final class Holder extends Thread {
    private final RandomHeap[] heaps;
    private final CountDownLatch end = new CountDownLatch(1);

    Holder(RandomHeap[] heaps) {
      super("holder");
      this.heaps = heaps;
      setDaemon(true);
    }

    @Override
    public void run() {
      boolean ended = false;
      while (!ended) {
        try {
          end.await();
          ended = true;
        } catch (InterruptedException e) {
          // not the end
        }
      }
    }
  }

  @TempDir private Path directory;

  @Test
  void shouldBeAsShortAsSharksWhenHeapsAreRandom() throws Exception {
    long seed = Size.seed();
    Random random = new Random(seed);
    heaps = some(random);
    Holder holder = new Holder(some(random));
    holder.start();
    try {
      Path file = directory.resolve("random.hprof");
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpHeap(file.toString(), true);
      compare(file, "static field", heaps, seed);
      compare(file, "thread", holder.heaps, seed);
    } finally {
      heaps = new RandomHeap[0];
      holder.end.countDown();
      holder.join();
    }
  }

  private static RandomHeap[] some(Random random) {
    return Stream.generate(() -> RandomHeap.of(random)).limit(HEAPS / 2).toArray(RandomHeap[]::new);
  }

  private static void compare(Path file, String root, RandomHeap[] heaps, long seed)
      throws Exception {
    List<HeapMarker> markers = Arrays.stream(heaps).map(heap -> heap.marker).toList();
    Map<HeapMarker, LeakTrace> traces = SharkReader.paths(file, markers);
    HeapDump dump = DumpParser.parse(DumpFile.open(file));
    PathSearch search = new PathSearch(dump, new References(dump, Strength.STRONG));
    int shorter = 0;
    int equal = 0;
    long ours = 0;
    long sharks = 0;
    for (RandomHeap heap : heaps) {
      PathSearch.Path path = search.find(WhyRetained.target(dump, heap.marker.number), Set.of());
      LeakTrace trace = traces.get(heap.marker);
      assertNotNull(path, "seed " + seed);
      assertNotNull(trace, "Shark finds none, seed " + seed);
      int length = path.ordinals().size() - 1;
      int other = trace.getReferencePath().size();
      assertTrue(length <= other, length + " > " + other + ", seed " + seed + "\n" + trace);
      assertEquals(3 + heap.distance, length, "seed " + seed);
      shorter += length < other ? 1 : 0;
      equal += length == other ? 1 : 0;
      ours += length;
      sharks += other;
    }
    System.out.printf(
        "held by a %s: %d heaps, seed %d: %d as long as Shark's, %d shorter; references in all: %d,"
            + " Shark %d%n",
        root, heaps.length, seed, equal, shorter, ours, sharks);
  }
}
