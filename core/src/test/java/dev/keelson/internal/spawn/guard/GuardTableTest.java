/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is read here is what a watchdog would read: the file, through its door. */
@EnabledOnOs(OS.LINUX)
class GuardTableTest {

  /** As many as the first chunk has. */
  private static final int LINES = 512;

  @TempDir private Path directory;

  @Test
  void shouldShowALineOnlyWhileItIsClaimed() throws Exception {
    GuardTable table = GuardTable.create(directory);

    GuardTable.Slot slot = claim(table, 1);
    assertEquals(Set.of(cookie(1)), live(table));
    slot.release();
    assertEquals(Set.of(), live(table));
  }

  @Test
  void shouldLeaveNoNameAndNoAccessToOthers() throws Exception {
    GuardTable table = GuardTable.create(directory);

    assertEquals(List.of(), names());
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(table.door())));
  }

  @Test
  void shouldGrowAndReuseLines() throws Exception {
    GuardTable table = GuardTable.create(directory);

    List<GuardTable.Slot> slots = new ArrayList<>();
    Set<String> expected = new TreeSet<>();
    for (int i = 0; i < 1_500; i++) {
      slots.add(claim(table, i));
      expected.add(cookie(i));
    }
    assertEquals(expected, live(table));
    long size = Files.size(table.door());

    slots.forEach(GuardTable.Slot::release);
    assertEquals(Set.of(), live(table));
    for (int i = 0; i < 1_500; i++) {
      claim(table, i);
    }
    assertEquals(size, Files.size(table.door()), "lines that were released are used again");
  }

  @Test
  void shouldGrowForAnInterruptedThreadAndKeepTheInterrupt() throws Exception {
    GuardTable table = GuardTable.create(directory);

    Thread.currentThread().interrupt();
    for (int i = 0; i < 1_200; i++) {
      claim(table, i);
      assertTrue(Thread.currentThread().isInterrupted());
    }
    assertTrue(Thread.interrupted());
    assertEquals(1_200, live(table).size());
  }

  @Test
  void shouldNeverGiveOneLineToTwo() throws Exception {
    GuardTable table = GuardTable.create(directory);
    int threads = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Integer>> tasks = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int base = thread * 1_000_000;
        tasks.add(() -> churn(table, base));
      }
      for (Future<Integer> task : pool.invokeAll(tasks)) {
        assertEquals(20_000, task.get());
      }
    } finally {
      pool.shutdownNow();
    }
    assertEquals(threads * 100, live(table).size(), "each thread has kept 100");
  }

  private static int churn(GuardTable table, int base) throws IOException {
    List<GuardTable.Slot> mine = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      mine.add(claim(table, base + i));
      if (mine.size() > 100) {
        mine.remove(i % 100).release();
      }
    }
    return 20_000;
  }

  /** The JVM may die there; see the table for why nobody reads while another writes. */
  @Test
  void shouldCountNoLineWhoseWriterHasStoppedBeforeItsText() throws Exception {
    GuardTable table = GuardTable.create(directory);
    List<GuardTable.Slot> slots = new ArrayList<>();
    for (int i = 0; i < LINES; i++) {
      slots.add(claim(table, 100 + i));
    }
    slots.forEach(GuardTable.Slot::release); // each line has some text by now

    byte[] tooLong = new byte[LINES * GuardLine.WIDTH];
    for (int i = 0; i < LINES; i++) {
      assertThrows(IndexOutOfBoundsException.class, () -> table.claim(tooLong));
      assertEquals(Set.of(), live(table));
    }
    claim(table, 1);
    assertEquals(Set.of(cookie(1)), live(table));
  }

  @Test
  void shouldReleaseOnlyOnceWhateverTheCallersDo() throws Exception {
    GuardTable table = GuardTable.create(directory);
    GuardedTree first = new GuardedTree(claim(table, 1));

    first.remove();
    Set<String> others = new TreeSet<>();
    for (int i = 2; i < 600; i++) {
      claim(table, i);
      others.add(cookie(i));
    }
    first.remove();
    assertEquals(others, live(table));
  }

  @Test
  void shouldSayWhyThereIsNoTableAndLeaveNothing() {
    assertThrows(IOException.class, () -> GuardTable.create(directory.resolve("missing")));
  }

  private static GuardTable.Slot claim(GuardTable table, int number) throws IOException {
    return table.claim(GuardLine.afterMark(cookie(number)));
  }

  private static String cookie(int number) {
    return "KEELSON_ID=table-test-" + number;
  }

  private static Set<String> live(GuardTable table) throws IOException {
    return Files.readAllLines(table.door()).stream()
        .filter(line -> line.startsWith("+"))
        .map(line -> line.substring(1).strip())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private List<Path> names() throws IOException {
    try (var files = Files.list(directory)) {
      return files.toList();
    }
  }
}
