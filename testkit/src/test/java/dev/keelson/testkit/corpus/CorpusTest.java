/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.keelson.testkit.stress.Size;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Each planted bug is accused by name, its right twin is not, and enough of all are found. */
@Tag("process")
@EnabledOnOs(OS.LINUX) // elsewhere processes and descriptors cannot be seen
@Timeout(600)
class CorpusTest {

  private static final Logger LOGGER = Logger.getLogger("dev.keelson");

  /** What came of one that was run. */
  private record Found(Subject subject, Seed seed, long millis) {}

  private final List<Found> found = new ArrayList<>();
  private final Map<String, Verdict> alone = new HashMap<>();

  /** What is planted here is not worth a warning. */
  @BeforeEach
  void silence() {
    LOGGER.setLevel(Level.OFF);
  }

  @AfterEach
  void unsilence() throws Exception {
    LOGGER.setLevel(null);
    Litter.sweep();
  }

  @TestFactory
  Stream<DynamicTest> seeds() {
    Stream<DynamicTest> each =
        Stream.of(Subject.values())
            .flatMap(
                subject ->
                    subject.seeds().stream()
                        .filter(seed -> Size.isFull() || !seed.whole())
                        .map(
                            seed ->
                                dynamicTest(
                                    subject.title + " " + seed, () -> judge(subject, seed))));
    return Stream.concat(each, Stream.of(dynamicTest("enough are found", this::count)));
  }

  private void judge(Subject subject, Seed seed) throws Exception {
    Verdict verdict = seed.trial().alone() ? inAJvmOfItsOwn(seed) : Verdict.of(seed);
    if (Boolean.getBoolean("keelson.test.show")) {
      System.out.println("--- " + seed + " (" + verdict.millis() + " ms)\n" + verdict.accusation());
    }
    if (seed.isMissed()) {
      assertEquals("", verdict.accusation(), "found after all: say so in the corpus");
    } else {
      assertNotEquals("", verdict.accusation(), seed.trial().tool() + " finds nothing wrong");
      for (String culprit : seed.culprits()) {
        assertTrue(
            verdict.accusation().contains(culprit),
            () -> culprit + " is not in " + verdict.accusation());
      }
      found.add(new Found(subject, seed, verdict.millis()));
    }
    assertEquals("", verdict.falseAlarm(), "accused though it is right");
  }

  /** One for all of them, since what costs is to start it. */
  private Verdict inAJvmOfItsOwn(Seed seed) throws Exception {
    if (alone.isEmpty()) {
      alone.putAll(CorpusMain.run());
    }
    return alone.get(seed.name());
  }

  private void count() {
    StringBuilder table = new StringBuilder("what was found, by what, and how soon\n");
    for (Found each : found) {
      table.append(
          String.format(
              Locale.ROOT,
              "%-13s%-80s%-40s%6d ms%n",
              each.subject.title,
              each.seed,
              each.seed.trial().tool(),
              each.millis));
    }
    List<Seed> all = CorpusTable.all();
    long percent = 100L * found.size() / all.size();
    System.out.println(
        table.append(found.size() + " of " + all.size() + ", " + percent + " percent"));
    assertTrue(percent >= (Size.isFull() ? 95 : 85), table::toString);
  }

  @Test
  void shouldHaveFortySeedsAndHalfOfThemFromReports() {
    List<Seed> all = CorpusTable.all();
    assertTrue(all.size() >= 40, all.size() + " seeds");
    long reported = all.stream().filter(Seed::isFromAReport).count();
    assertTrue(2 * reported >= all.size(), reported + " of " + all.size() + " from reports");
    Set<String> names = new HashSet<>();
    all.forEach(seed -> assertTrue(names.add(seed.name()), () -> seed + " is there twice"));
    all.forEach(
        seed -> assertEquals(seed.culprits().isEmpty(), seed.isMissed(), seed + " accuses nobody"));
  }

  @Test
  void shouldStandInTheDocumentation() throws Exception {
    CorpusTable.assertDocumented();
  }
}
