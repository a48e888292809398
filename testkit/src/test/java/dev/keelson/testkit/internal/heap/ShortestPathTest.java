/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.keelson.testkit.stress.Size;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No way through a heap is shorter than the one that is told. */
@Tag("process")
class ShortestPathTest {

  private static RandomHeap[] heaps = {};

  @TempDir private Path directory;

  @Test
  void shouldFindTheShortestPathWhenHeapsAreRandom() throws Exception {
    long seed = Size.seed();
    Random random = new Random(seed);
    heaps =
        Stream.generate(() -> RandomHeap.of(random))
            .limit(Size.of(10, 200))
            .toArray(RandomHeap[]::new);
    try {
      Path file = directory.resolve("random.hprof");
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpHeap(file.toString(), true);
      HeapDump dump = DumpParser.parse(DumpFile.open(file));
      PathSearch search = new PathSearch(dump, new References(dump, Strength.STRONG));
      for (RandomHeap heap : heaps) {
        PathSearch.Path path = search.find(WhyRetained.target(dump, heap.marker.number), Set.of());
        assertNotNull(path, "seed " + seed);
        // The class of this test, its array, the heap, and from its first object on.
        List<Integer> objects = path.ordinals();
        assertEquals(3 + heap.distance, objects.size() - 1, "seed " + seed);
        assertEquals(ShortestPathTest.class.getName(), nameOf(dump, objects.get(0)));
      }
    } finally {
      heaps = new RandomHeap[0];
    }
  }

  private static String nameOf(HeapDump dump, int type) {
    HeapClass found = dump.classOf(type);
    return found == null ? "" : found.name();
  }
}
