/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

/**
 * Leaks in each of the {@link LeakShapes} in turn and says, on a line of its own, the shape, what
 * {@link Gc} said of it, and what it said once the shape had let go: nothing, if all is well.
 */
final class LeakShapesMain {

  static final String BETWEEN = "\t";

  private LeakShapesMain() {}

  public static void main(String[] args) {
    for (LeakShapes.Shape shape : LeakShapes.all()) {
      String leaking;
      try {
        leaking = said(() -> Gc.assertCollectable(shape.leak()));
      } finally {
        shape.undo().run();
      }
      String letGo =
          said(
              () ->
                  Gc.assertCollectable(
                      () -> {
                        Object made = shape.leak().get();
                        shape.undo().run();
                        return made;
                      }));
      System.out.println(">" + String.join(BETWEEN, shape.toString(), leaking, letGo));
    }
    System.out.flush();
    Runtime.getRuntime().halt(0); // some shapes are threads
  }

  private static String said(Runnable assertion) {
    try {
      assertion.run();
      return "";
    } catch (AssertionError e) {
      return String.valueOf(e.getMessage()).replace('\n', '|');
    }
  }
}
