/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeapGrowthTest {

  private static final List<Object> KEPT = new ArrayList<>();

  /** What a request leaves behind. */
  @SuppressWarnings("unused")
  private static final class Request {
    private final byte[] page = new byte[2_000];
  }

  /** Something that every request leaves behind, leaking or not. */
  @SuppressWarnings("unused")
  private static final class Statistic {
    private final int number = KEPT.size();
  }

  @AfterEach
  void forget() {
    KEPT.clear();
  }

  @Test
  void shouldNameTheClassThatGrowsAndWhatHoldsIt() throws Exception {
    HeapGrowth growth = HeapGrowth.of(4, 20, () -> KEPT.add(new Request()));
    HeapGrowth.Row row =
        growth.rows().stream()
            .filter(each -> each.className().equals(Request.class.getName()))
            .findFirst()
            .orElseThrow();
    assertEquals(List.of(40L, 60L, 80L, 100L, 120L), row.counts(), "two warm-ups before");
    assertEquals(80, row.growth());
    AssertionError error = assertThrows(AssertionError.class, growth::assertNone);
    String message = String.valueOf(error.getMessage());
    assertTrue(message.contains(" in every round of 20 calls"), message);
    // Its pages take more, but are none of the program's own.
    assertTrue(message.contains("one of them, " + Request.class.getName() + ", is "), message);
    assertTrue(message.contains("static field dev.keelson.testkit.HeapGrowthTest.KEPT"), message);
    assertTrue(message.contains("~~~~"), message);
    assertTrue(message.lines().count() <= 60, message);
  }

  @Test
  void shouldTellWhatHoldsArraysThatGrow() throws Exception {
    String own = heldBy(HeapGrowth.of(3, 20, () -> KEPT.add(new Request[1])));
    assertTrue(own.contains("one of them, " + Request.class.getName() + "[], is held so:"), own);
    KEPT.clear();
    String bytes = heldBy(HeapGrowth.of(4, 20_000, () -> KEPT.add(new byte[10])));
    assertTrue(bytes.contains("one of them, byte[], is held so:"), bytes);
  }

  private static String heldBy(HeapGrowth growth) {
    String message =
        String.valueOf(assertThrows(AssertionError.class, growth::assertNone).getMessage());
    assertTrue(message.contains("static field dev.keelson.testkit.HeapGrowthTest.KEPT"), message);
    return message;
  }

  @Test
  void shouldSubtractWhatGrowsInACleanRunToo() throws Exception {
    HeapGrowth leaking =
        HeapGrowth.of(
            3,
            20,
            () -> {
              KEPT.add(new Statistic());
              KEPT.add(new Request());
            });
    HeapGrowth clean = HeapGrowth.of(3, 20, () -> KEPT.add(new Statistic()));
    List<String> names =
        leaking.minus(clean).rows().stream().map(HeapGrowth.Row::className).toList();
    assertTrue(names.contains(Request.class.getName()), names.toString());
    assertTrue(!names.contains(Statistic.class.getName()), names.toString());
    assertTrue(
        leaking.minus(clean).toText().contains("left out, since they grow in the clean run"));
    clean.minus(clean).assertNone();
  }

  @Test
  void shouldAcceptACacheThatFillsAndStays() throws Exception {
    Map<Integer, Request> cache =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Integer, Request> eldest) {
            return size() > 30;
          }
        };
    int[] key = {0};
    HeapGrowth growth = HeapGrowth.of(4, 20, () -> cache.put(key[0]++, new Request()));
    assertTrue(
        growth.rows().stream().noneMatch(row -> row.className().contains("HeapGrowthTest")),
        growth.toText());
    assertEquals(30, cache.size());
  }

  @Test
  void shouldGiveATableForAChart() throws Exception {
    HeapGrowth growth = HeapGrowth.of(2, 10, () -> KEPT.add(new Request()));
    String csv = growth.toCsv();
    assertTrue(csv.startsWith("class,round,instances\n"), csv);
    assertTrue(csv.contains("\"" + Request.class.getName() + "\",0,20\n"), csv);
    assertTrue(csv.contains("\"" + Request.class.getName() + "\",2,40\n"), csv);
  }

  @Test
  void shouldRefuseWhatMakesNoSense() {
    assertThrows(IllegalArgumentException.class, () -> HeapGrowth.of(1, 1, () -> {}));
    assertThrows(IllegalArgumentException.class, () -> HeapGrowth.of(2, 0, () -> {}));
  }
}
