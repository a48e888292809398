/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

import dev.keelson.testkit.Body;
import java.util.ArrayList;
import java.util.List;

/** One schedule from its setting to its checks. For one use. */
final class Performance implements Explorer.Stage {

  private final Baton baton;
  private final List<Body> checks = new ArrayList<>();

  Performance(Baton baton) {
    this.baton = baton;
  }

  @Override
  public Thread thread(String name, Body body) {
    return baton.add(name, body);
  }

  @Override
  public void after(Body check) {
    checks.add(check);
  }

  Outcome of(Explorer.Scenario scenario) throws Exception {
    boolean set = false;
    try {
      scenario.set(this);
      set = true;
    } finally {
      if (!set) {
        baton.abandon();
      }
    }
    Outcome outcome = baton.play();
    return outcome.finding() == null ? checked(outcome) : outcome;
  }

  private Outcome checked(Outcome outcome) throws InterruptedException {
    for (Body check : checks) {
      try {
        check.run();
      } catch (InterruptedException e) {
        throw e;
      } catch (Throwable e) { // an assertion mostly
        Finding finding =
            new Finding(
                Finding.Kind.CHECK_FAILED, "what was to hold afterwards: " + e, List.of(), e);
        return new Outcome(finding, outcome.trace(), outcome.names(), outcome.outside());
      }
    }
    return outcome;
  }
}
