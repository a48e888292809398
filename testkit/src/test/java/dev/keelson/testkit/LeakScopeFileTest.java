/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

class LeakScopeFileTest {

  @TempDir Path directory;

  private final LeakPolicy files =
      LeakPolicy.standard().only(LeakKind.FILE).within(ofMillis(50)).scope("the test");

  @Test
  void shouldNameANewFileAndANewDirectory() throws Exception {
    Files.createFile(directory.resolve("old"));
    LeakScope oracle = LeakScope.open(files.watching(directory));
    Path file = Files.writeString(directory.resolve("left.tmp"), "12345");
    Path made = Files.createDirectory(directory.resolve("left.d"));
    LeakError error = assertThrows(LeakError.class, oracle::assertNoLeaks);
    String message = String.valueOf(error.getMessage());
    assertTrue(message.startsWith("2 temporary files leaked by the test"), message);
    assertTrue(message.contains("FILE " + file + ": 5 bytes, age "), message);
    assertTrue(message.contains("FILE " + made + ": directory, age "), message);
    oracle.assertNoLeaks(); // adopted
  }

  @Test
  void shouldBeCleanWhenTheFileWasDeleted() throws Exception {
    LeakScope oracle = LeakScope.open(files.watching(directory));
    Files.delete(Files.createTempFile(directory, "short", "lived"));
    oracle.assertNoLeaks();
  }

  @Test
  void shouldTellANewFileFromAnOldOneOfTheSameName() throws Exception {
    Path file = Files.createFile(directory.resolve("same"));
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    LeakScope oracle = LeakScope.open(files.watching(directory));
    Files.move(file, elsewhere.resolve("same"));
    Files.createFile(file);
    assertFalse(oracle.check().isClean());
  }

  @Test
  void shouldReportAFileOfKeelsonsWithItsSite() throws Exception {
    LeakScope oracle = LeakScope.open(files);
    Path file = Files.createFile(directory.resolve("output"));
    Creation creation = Creations.created(Creation.Kind.FILE, 1, file::toString);
    LeakFindings findings = oracle.check();
    assertEquals(1, findings.leaks().size(), findings.toText());
    assertTrue(
        findings.toText().contains("shouldReportAFileOfKeelsonsWithItsSite"), findings.toText());
    Creations.ended(creation);
    oracle.assertNoLeaks();
  }

  @Test
  @ResourceLock(Resources.SYSTEM_PROPERTIES)
  void shouldOnlyNoteWhatAppearsInASharedDirectory() throws Exception {
    String before = System.getProperty("java.io.tmpdir");
    Path file = Path.of("/tmp/keelson-shared-" + System.nanoTime());
    System.setProperty("java.io.tmpdir", "/tmp");
    try {
      LeakScope oracle = LeakScope.open(files);
      Files.createFile(file);
      LeakFindings findings = oracle.check();
      assertTrue(findings.isClean(), findings.toText());
      assertTrue(
          findings.notes().stream().anyMatch(note -> note.contains(file.getFileName().toString())),
          findings.toText());
    } finally {
      System.setProperty("java.io.tmpdir", before);
      Files.deleteIfExists(file);
    }
  }

  @Test
  @ResourceLock(Resources.SYSTEM_PROPERTIES)
  void shouldJudgeThePrivateTemporaryDirectoryUnasked() throws Exception {
    String before = System.getProperty("java.io.tmpdir");
    System.setProperty("java.io.tmpdir", directory.toString());
    try {
      LeakScope oracle = LeakScope.open(files);
      Files.createFile(directory.resolve("hsperfdata_root"));
      Files.createDirectory(directory.resolve("2026_01_31_12_00_59_4711"));
      assertTrue(oracle.check().isClean());
      Files.createFile(directory.resolve("mine"));
      assertEquals(1, oracle.check().leaks().size());
    } finally {
      System.setProperty("java.io.tmpdir", before);
    }
  }
}
