/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

import dev.keelson.internal.threads.Daemons;
import java.util.ArrayList;
import java.util.List;

/** Crosses where no hook can be watched, and says who was called. */
final class UnwatchedMain {

  private UnwatchedMain() {}

  private static BoundaryHook recording(String name, List<String> log) {
    return new BoundaryHook() {
      @Override
      public void before(BoundaryContext context) {
        log.add("before " + name);
      }

      @Override
      public void afterInParent(BoundaryContext context, BoundaryOutcome outcome) {
        log.add("after " + name + " " + outcome);
      }
    };
  }

  public static void main(String[] args) throws Exception {
    List<String> log = new ArrayList<>();
    Object owner = UnwatchedMain.class;
    Daemons.timer().shutdown(); // it refuses everything, as it does where memory ended at its start
    try (HookRegistration a = Boundary.register(owner, recording("a", log));
        HookRegistration b = Boundary.register(owner, recording("b", log))) {
      Boundary.cross(context -> log.add("action"));
    } catch (RuntimeException e) {
      log.add(e.toString());
    }
    System.out.println(">" + String.join(", ", log));
  }
}
