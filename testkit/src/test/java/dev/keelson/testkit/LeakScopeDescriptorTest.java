/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import dev.keelson.testkit.internal.CreationLog;
import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeakScopeDescriptorTest {

  private static final LeakPolicy DESCRIPTORS =
      LeakPolicy.standard().only(LeakKind.DESCRIPTOR).within(ofMillis(100)).scope("the test");

  @TempDir Path directory;

  @Test
  void shouldNameAnOpenFile() throws Exception {
    Path file = Files.createFile(directory.resolve("left-open.txt"));
    LeakScope oracle = LeakScope.open(DESCRIPTORS);
    try (InputStream in = new FileInputStream(file.toFile())) {
      LeakError error = assertThrows(LeakError.class, oracle::assertNoLeaks);
      String message = String.valueOf(error.getMessage());
      assertTrue(message.startsWith("1 descriptor leaked by the test (after "), message);
      assertTrue(
          message.contains("DESCRIPTOR fd " + numberOf(file) + " " + file + ": open"), message);
      assertEquals(-1, in.read());
      oracle.assertNoLeaks(); // adopted
    }
    LeakScope.open(DESCRIPTORS).assertNoLeaks();
  }

  @Test
  void shouldNameBothEndsOfAPipe() throws Exception {
    LeakScope oracle = LeakScope.open(DESCRIPTORS);
    Pipe pipe = Pipe.open();
    try {
      List<Leak> leaks = oracle.check().leaks();
      assertEquals(2, leaks.size(), leaks.toString());
      assertTrue(leaks.get(0).name().matches("fd \\d+ pipe:\\[\\d+]"), leaks.toString());
    } finally {
      pipe.sink().close();
      pipe.source().close();
    }
    oracle.assertNoLeaks();
  }

  @Test
  void shouldGoByIdentityWhenTheCountIsTheSame() throws Exception {
    Path before = Files.createFile(directory.resolve("before"));
    Path after = Files.createFile(directory.resolve("after"));
    InputStream old = new FileInputStream(before.toFile());
    LeakScope oracle = LeakScope.open(DESCRIPTORS);
    int number = numberOf(before);
    old.close();
    try (InputStream in = new FileInputStream(after.toFile())) {
      List<Leak> leaks = oracle.check().leaks();
      assertEquals(1, leaks.size(), leaks.toString());
      assertTrue(leaks.get(0).name().endsWith(after.toString()), "usually again fd " + number);
      assertEquals(-1, in.read());
    }
  }

  @Test
  void shouldTellADeletedAndRecreatedFileFromTheOldOne() throws Exception {
    Path file = Files.createFile(directory.resolve("same-name"));
    try (InputStream old = new FileInputStream(file.toFile())) {
      LeakScope oracle = LeakScope.open(DESCRIPTORS);
      Files.move(file, directory.resolve("moved"));
      Files.createFile(file);
      try (InputStream in = new FileInputStream(file.toFile())) {
        assertTrue(
            oracle.check().leaks().stream().anyMatch(leak -> leak.name().endsWith("same-name")));
        assertEquals(-1, in.read() + old.read() + 1);
      }
    }
  }

  @Test
  void shouldIgnoreWhatKeelsonRetainsUntilItIsUsedAgain() throws Exception {
    Path file = Files.createFile(directory.resolve("pooled"));
    LeakScope oracle = LeakScope.open(DESCRIPTORS);
    try (InputStream in = new FileInputStream(file.toFile())) {
      Creation first =
          Creations.created(Creation.Kind.DESCRIPTOR, numberOf(file), () -> "pipe of the pool");
      LeakFindings used = oracle.check();
      assertTrue(used.toText().contains(file + " (pipe of the pool): open, age "), used.toText());
      assertTrue(used.toText().contains("shouldIgnoreWhatKeelsonRetains"), used.toText());

      Creations.retained(first);
      LeakFindings idle = oracle.check();
      assertTrue(idle.isClean(), idle.toText());
      assertTrue(idle.toText().contains("ignored: 1 DESCRIPTOR, kept by Keelson for reuse"));

      // It was there before, so a plain census would be content.
      LeakScope later = LeakScope.open(DESCRIPTORS);
      Creation second = Creations.reused(first);
      assertFalse(later.check().isClean());
      Creations.retained(second);
      later.assertNoLeaks();
      Creations.ended(second);
      assertFalse(oracle.check().isClean(), "it says it has ended but is open");
      assertEquals(-1, in.read());
    }
  }

  @Test
  void shouldNotForgetANewDescriptorWhenTheEndOfTheOldOneIsToldLate() {
    Creation old = Creations.created(Creation.Kind.DESCRIPTOR, 1 << 20, () -> "old");
    Creation young = Creations.created(Creation.Kind.DESCRIPTOR, 1 << 20, () -> "new");
    Creations.ended(old);
    CreationLog.Entry entry = CreationLog.find(Creation.Kind.DESCRIPTOR, 1 << 20);
    assertTrue(entry != null && entry.creation() == young);
    Creations.ended(young);
  }

  @Test
  void shouldIgnoreByNameForAReason() throws Exception {
    Path file = Files.createFile(directory.resolve("allowed"));
    LeakScope oracle =
        LeakScope.open(DESCRIPTORS).ignoring(LeakKind.DESCRIPTOR, "allowed$", "known issue");
    try (InputStream in = new FileInputStream(file.toFile())) {
      LeakFindings findings = oracle.check();
      assertTrue(findings.isClean());
      assertEquals("known issue", findings.ignored().get(0).reason());
      assertEquals(-1, in.read());
    }
    assertThrows(IllegalArgumentException.class, () -> oracle.ignoring(LeakKind.THREAD, "x", " "));
  }

  @Test
  void shouldNotTakeItsOwnLookForALeak() {
    LeakScope oracle = LeakScope.open(LeakPolicy.standard());
    for (int i = 0; i < 20; i++) {
      oracle.assertNoLeaks();
    }
  }

  @Test
  void shouldStayReadableWhenThereAreHundreds() throws Exception {
    Path file = Files.createFile(directory.resolve("many"));
    LeakScope oracle = LeakScope.open(DESCRIPTORS);
    List<InputStream> open = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        open.add(new FileInputStream(file.toFile()));
      }
      String text = oracle.check().toText();
      assertTrue(text.startsWith("200 descriptors leaked"), text);
      assertTrue(text.lines().count() <= 60, text);
      assertTrue(text.contains("more"), text);
    } finally {
      for (InputStream in : open) {
        in.close();
      }
    }
  }

  private static int numberOf(Path file) {
    return Procs.descriptors(ProcessHandle.current().pid()).entrySet().stream()
        .filter(entry -> entry.getValue().equals(file.toString()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }
}
