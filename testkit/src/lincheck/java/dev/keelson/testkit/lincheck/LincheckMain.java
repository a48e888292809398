/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.lincheck;

import dev.keelson.testkit.stress.Size;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jetbrains.lincheck.LincheckAssertionError;

/** Puts the models to Lincheck and prints a line for each: its name, and what came out. */
final class LincheckMain {

  static final String END = "END";
  static final String RED = "RED";
  static final String GREEN = "GREEN";

  /** Enough for each planted race to be found, which ends the search. */
  private static final int PLANTED_SCENARIOS = 50;

  private static final int PLANTED_INTERLEAVINGS = 500;

  private LincheckMain() {}

  static Stream<Model> models() {
    return Stream.of(Model.values()).filter(model -> Size.isFull() || model.isQuick());
  }

  public static void main(String[] args) {
    try {
      models().forEach(LincheckMain::judge);
    } catch (Throwable e) { // Lincheck could not say
      e.printStackTrace(System.out);
    }
    System.out.print(END);
    System.out.flush();
    Runtime.getRuntime().halt(0); // its threads are still there
  }

  private static void judge(Model model) {
    long start = System.nanoTime();
    String verdict = GREEN;
    try {
      if (model.isPlanted()) {
        model.check(PLANTED_SCENARIOS, PLANTED_INTERLEAVINGS);
      } else {
        model.check(Size.of(3, 50), Size.of(30, 500));
      }
    } catch (LincheckAssertionError e) {
      verdict = RED;
      if (!model.isPlanted()) {
        System.out.println(e.getMessage());
      }
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    System.out.println(model + " " + verdict + " after " + millis + " ms");
  }
}
