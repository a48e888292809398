/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("process")
class GcTest {

  @Test
  void shouldPassWhenNothingHoldsTheObject() {
    Gc.assertCollectable(LeakShapes.Session::new);
  }

  static List<LeakShapes.Shape> shapes() {
    return LeakShapes.all();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void shouldNameTheCulpritAndPassOnceItLetsGo(LeakShapes.Shape shape) {
    try {
      AssertionError error =
          assertThrows(AssertionError.class, () -> Gc.assertCollectable(shape.leak()));
      if (Boolean.getBoolean("keelson.test.show")) {
        System.out.println("--- " + shape + "\n" + error.getMessage());
      }
      for (String named : shape.named()) {
        assertTrue(error.getMessage().contains(named), named + " in:\n" + error.getMessage());
      }
    } finally {
      shape.undo().run();
    }
    Gc.assertCollectable(
        () -> {
          Object made = shape.leak().get();
          shape.undo().run();
          return made;
        });
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
