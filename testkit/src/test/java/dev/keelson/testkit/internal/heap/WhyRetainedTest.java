/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.keelson.testkit.stress.Size;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class WhyRetainedTest {

  static final class Node {
    final List<Node> next = new ArrayList<>();
  }

  private static final int CUTS = Size.of(16, 40);

  private static Node left;
  private static Node right;

  @TempDir private Path directory;

  private Path dump() throws IOException {
    Path file = directory.resolve("test.hprof");
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpHeap(file.toString(), true);
    return file;
  }

  @Test
  void shouldTellASecondPathAndWhatWouldBeFree() throws Exception {
    left = new Node();
    right = new Node();
    try {
      Node held = new Node();
      for (int i = 0; i < 100; i++) {
        held.next.add(new Node());
      }
      left.next.add(held);
      Node between = new Node();
      between.next.add(held);
      right.next.add(between);
      HeapMarker marker = new HeapMarker(new WeakReference<>(held));
      held = null;
      between = null;
      WhyRetained why = WhyRetained.in(dump(), marker.number);
      assertSame(WhyRetained.Reached.STRONGLY, why.strength());
      assertTrue(why.path().get(0).endsWith(".left"), why.path().toString());
      assertTrue(why.second().get(0).endsWith(".right"), why.second().toString());
      // A node, its list and its array; a hundred nodes and their lists.
      assertEquals(203, why.objects());
    } finally {
      left = null;
      right = null;
    }
  }

  @Test
  void shouldFindNoPathToWhatIsNotThere() throws Exception {
    HeapMarker marker = new HeapMarker(new WeakReference<>(null));
    assertNull(WhyRetained.in(dump(), marker.number).strength());
  }

  @Test
  void shouldSayThatADumpIsCutShortWhereverItIs() throws Exception {
    HeapMarker marker = new HeapMarker(new WeakReference<>(this));
    Path file = dump();
    assertNotNull(WhyRetained.in(file, marker.number).strength());
    Random random = new Random(7);
    long size = Files.size(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      // From the end to the beginning: each cut is of what the last one left.
      for (int i = 0; i < CUTS; i++) {
        size = i < CUTS / 2 ? size - 1 - random.nextInt(1000) : (long) (size * random.nextDouble());
        channel.truncate(size);
        IOException error =
            assertThrows(IOException.class, () -> WhyRetained.in(file, marker.number));
        assertTrue(error.getMessage().contains("cut short"), error.getMessage());
      }
    }
  }

  @Test
  void shouldRefuseWhatIsNoDump() throws Exception {
    Path text = Files.writeString(directory.resolve("text"), "x".repeat(1000));
    assertThrows(IOException.class, () -> WhyRetained.in(text, 1));
    byte[] other = "JAVA PROFILE 1.0.2\0".getBytes(StandardCharsets.ISO_8859_1);
    Path garbage = Files.write(directory.resolve("garbage"), java.util.Arrays.copyOf(other, 100));
    assertThrows(IOException.class, () -> WhyRetained.in(garbage, 1));
  }

  @Test
  void shouldSayThatNoDumpCanBeWrittenAndLeaveNothing() {
    HeapMarker marker = new HeapMarker(new WeakReference<>(this));
    Path nowhere = directory.resolve("nowhere");
    assertThrows(IOException.class, () -> WhyRetained.of(marker, nowhere));
    assertTrue(Files.notExists(nowhere));
  }
}
