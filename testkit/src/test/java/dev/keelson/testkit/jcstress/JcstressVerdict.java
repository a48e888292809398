/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.jcstress;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.TestResult;

/**
 * What the results say. A test passes where it has results, all of them came from a run to the end,
 * and no forbidden outcome is among them. A canary passes where a forbidden outcome was seen.
 */
final class JcstressVerdict {

  private final Map<String, List<TestResult>> results = new TreeMap<>();
  private final Map<String, String> failures = new TreeMap<>();

  JcstressVerdict(Collection<String> tests, Collection<TestResult> found) {
    for (String test : tests) {
      results.put(test, new ArrayList<>());
    }
    for (TestResult result : found) {
      results.computeIfAbsent(result.getName(), name -> new ArrayList<>()).add(result);
    }
    results.forEach(this::judge);
  }

  private void judge(String test, List<TestResult> found) {
    if (found.isEmpty()) {
      failures.put(test, "has no result");
      return;
    }
    boolean red = false;
    for (TestResult result : found) {
      if (result.status() != Status.NORMAL) {
        failures.put(test, result.status() + " " + result.getMessages() + result.getVmErr());
        return;
      }
      if (result.isEmpty()) {
        failures.put(test, "ran, and observed nothing");
        return;
      }
      if (!result.grading().isPassed) {
        red = true;
        if (!JcstressList.isCanary(test)) {
          failures.put(test, result.grading().failureMessages + " of " + result.getCounter());
        }
      }
    }
    if (JcstressList.isCanary(test) && !red) {
      failures.put(test, "stayed green: its planted race was not seen");
    }
  }

  /** Test by test what failed; empty where everything passed. */
  Map<String, String> failures() {
    return failures;
  }

  /** True where nothing failed but canaries that stayed green. */
  boolean onlyCanariesFailed() {
    return !failures.isEmpty() && failures.keySet().stream().allMatch(JcstressList::isCanary);
  }

  int passed() {
    return results.size() - failures.size();
  }
}
