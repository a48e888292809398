/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import de.sandec.jmemorybuddy.JMemoryBuddy;
import dev.keelson.testkit.internal.heap.HeapMarker;
import dev.keelson.testkit.internal.heap.SharkReader;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import shark.LeakTrace;

/**
 * The same leaks by Keelson, Shark and JMemoryBuddy. A leak counts as named where what a tool says
 * has the edge in it that its user would cut, in whatever words.
 */
@Tag("process")
class LeakShapesPeersTest {

  private static final String LAMBDA = "(lambda in \\S*LeakShapes|LeakShapes\\$\\$Lambda)";

  /** What must be in the text for each shape: expressions in any order. */
  private static final Map<String, List<String>> CULPRITS =
      Map.ofEntries(
          Map.entry("static field", List.of("LeakShapes\\.constant")),
          Map.entry("hash map", List.of("LeakShapes\\.MAP")),
          Map.entry("linked hash map", List.of("LeakShapes\\.ORDERED")),
          Map.entry("tree map", List.of("LeakShapes\\.SORTED")),
          Map.entry("concurrent map", List.of("LeakShapes\\.CONCURRENT")),
          Map.entry("key of an identity map", List.of("LeakShapes\\.IDENTITY")),
          Map.entry("key of a map", List.of("LeakShapes\\.MAP")),
          Map.entry("set", List.of("LeakShapes\\.SET")),
          Map.entry("list", List.of("LeakShapes\\.LIST\\b")),
          Map.entry("linked list", List.of("LeakShapes\\.LINKED")),
          Map.entry("deque", List.of("LeakShapes\\.DEQUE")),
          Map.entry("array of holders", List.of("LeakShapes\\.ARRAY", "Holder\\.held")),
          Map.entry("listener as a lambda", List.of("LeakShapes\\.LISTENERS", LAMBDA)),
          Map.entry(
              "listener as an anonymous class",
              List.of("LeakShapes\\.LISTENERS", "val\\$session|captured variable session")),
          Map.entry(
              "inner class", List.of("LeakShapes\\.constant", "this\\$0|inner class's outer")),
          Map.entry("bound method reference", List.of("LeakShapes\\.constant", LAMBDA)),
          Map.entry(
              "thread local of a living thread",
              List.of("pool-worker", "ThreadLocal|thread local")),
          Map.entry("local variable of a running thread", List.of("[\"']busy[\"']")),
          Map.entry("field of a thread", List.of("Keeper\\.session")),
          Map.entry(
              "queue of an executor",
              List.of("(lambda in \\S*LeakShapes\\$Session|LeakShapes\\$Session\\$\\$Lambda)")),
          Map.entry("timer", List.of("val\\$session|captured variable session")),
          Map.entry("stage of a future", List.of("LeakShapes\\.future", LAMBDA)),
          Map.entry(
              "value of a weak map that refers to its key",
              List.of("LeakShapes\\.WEAK", "Holder\\.held")),
          Map.entry("own cleanup action", List.of(LAMBDA)),
          Map.entry("soft reference", List.of("LeakShapes\\.soft")),
          Map.entry("class loader", List.of("LeakShapes\\.constant", "Holder")),
          Map.entry("proxy", List.of("LeakShapes\\.proxy", LAMBDA)),
          Map.entry("chain of objects", List.of("LeakShapes\\.constant", "Holder\\.held")),
          Map.entry("suppressed exception", List.of("LeakShapes\\.constant", "Carrying\\.session")),
          Map.entry("unmodifiable view", List.of("LeakShapes\\.constant")));

  @TempDir private Path directory;

  @BeforeAll
  static void keepJMemoryBuddyFromLeavingDumps() {
    System.setProperty("jmemorybuddy.createHeapdump", "false");
  }

  @Timeout(600) // JMemoryBuddy waits a second for each
  @Test
  void shouldNameTheCulpritInAsManyShapesAsThePeers() throws Exception {
    List<LeakShapes.Shape> shapes = LeakShapes.all();
    assertEquals(CULPRITS.size(), shapes.size(), "each shape has its culprit");
    int[] named = new int[3];
    StringBuilder table = new StringBuilder();
    row(table, "leak", "Keelson", "Shark", "JMemoryBuddy");
    for (LeakShapes.Shape shape : shapes) {
      List<String> texts = texts(shape);
      String[] cells = new String[3];
      for (int i = 0; i < cells.length; i++) {
        boolean isNamed = isNamed(shape.name(), texts.get(i));
        named[i] += isNamed ? 1 : 0;
        cells[i] = isNamed ? "named" : texts.get(i).isEmpty() ? "no path" : "not named";
        if (Boolean.getBoolean("keelson.test.show")) {
          System.out.println("--- " + shape + "\n" + texts.get(i));
        }
      }
      row(table, shape.name(), cells);
    }
    row(table, "of " + shapes.size(), "" + named[0], "" + named[1], "" + named[2]);
    System.out.println(table);
    assertTrue(named[0] >= shapes.size() - 2, table.toString());
    assertTrue(named[0] >= named[1] && named[0] >= named[2], table.toString());
  }

  private static void row(StringBuilder table, String first, String... others) {
    table.append(String.format(Locale.ROOT, "%-45s", first));
    for (String other : others) {
      table.append(String.format(Locale.ROOT, "%-14s", other));
    }
    table.append('\n');
  }

  private static boolean isNamed(String shape, String text) {
    return CULPRITS.get(shape).stream()
        .allMatch(culprit -> Pattern.compile(culprit).matcher(text).find());
  }

  /** What each of the three says of it. */
  private List<String> texts(LeakShapes.Shape shape) throws Exception {
    try {
      WeakReference<?> leaked = made(shape.leak());
      String keelson =
          assertThrows(AssertionError.class, () -> Gc.assertCollected(leaked)).getMessage();
      HeapMarker marker = new HeapMarker(leaked);
      Path dump = directory.resolve("shape.hprof");
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpHeap(dump.toString(), true);
      LeakTrace shark = SharkReader.paths(dump, List.of(marker)).get(marker);
      Files.delete(dump);
      String buddy =
          assertThrows(AssertionError.class, () -> JMemoryBuddy.assertCollectable(leaked))
              .getMessage();
      return List.of(keelson, shark == null ? "" : shark.toString(), buddy);
    } finally {
      shape.undo().run();
    }
  }

  /** On a thread of its own, as {@link Gc} does. */
  private static WeakReference<?> made(Supplier<Object> leak) throws InterruptedException {
    WeakReference<?>[] made = new WeakReference<?>[1];
    Thread thread = new Thread(() -> made[0] = new WeakReference<>(leak.get()));
    thread.start();
    thread.join();
    return made[0];
  }
}
