/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.testkit.stress.JvmUnderTest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("process")
class GcTest {

  /** By shape, what {@link LeakShapesMain} said of it. */
  private static final Map<String, String[]> SAID = new HashMap<>();

  @Test
  void shouldPassWhenNothingHoldsTheObject() {
    Gc.assertCollectable(LeakShapes.Session::new);
  }

  static List<LeakShapes.Shape> shapes() {
    return LeakShapes.all();
  }

  /** In a JVM with a small heap: each message takes a dump of it, and this one's may be large. */
  @BeforeAll
  static void leakInAJvmOfItsOwn() throws Exception {
    try (JvmUnderTest jvm = JvmUnderTest.start(LeakShapesMain.class, "-Xmx64m")) {
      for (int i = LeakShapes.all().size(); i > 0; i--) {
        String[] parts = jvm.answer().split(LeakShapesMain.BETWEEN, -1);
        SAID.put(parts[0], parts);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void shouldNameTheCulpritAndPassOnceItLetsGo(LeakShapes.Shape shape) {
    String[] said = SAID.get(shape.toString());
    for (String named : shape.named()) {
      assertTrue(said[1].contains(named), named + " in:\n" + said[1].replace('|', '\n'));
    }
    assertEquals("", said[2]);
  }

  @Test
  void shouldFailWhenWhatShouldStayIsCollected() {
    Gc.assertRetained(() -> LeakShapes.constant = new Object());
    LeakShapes.constant = null;
    AssertionError error = assertThrows(AssertionError.class, () -> Gc.assertRetained(Object::new));
    assertTrue(error.getMessage().contains("it was collected"), error.getMessage());
  }

  @Test
  void shouldThrowWhatTheSupplierThrows() {
    IllegalStateException own = new IllegalStateException("own");
    assertEquals(
        own,
        assertThrows(
            IllegalStateException.class,
            () ->
                Gc.assertCollectable(
                    () -> {
                      throw own;
                    })));
    assertThrows(IllegalArgumentException.class, () -> Gc.assertCollectable(() -> null));
  }

  /** Or nothing would have been made, and nothing held. */
  @Test
  void shouldNotPassWhenTheSupplierThrowsWhatItMayNot() {
    Exception checked = new Exception("checked");
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () -> Gc.assertCollectable(() -> GcTest.<RuntimeException>sneak(checked)));
    assertEquals(checked, thrown.getCause());
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Exception> Object sneak(Exception e) throws E {
    throw (E) e;
  }
}
