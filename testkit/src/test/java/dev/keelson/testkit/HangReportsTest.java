/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

@Tag("process")
class HangReportsTest {

  @Test
  void shouldAddAReportToATimeoutAndToNothingElse() {
    EngineExecutionResults results = run(Hanging.class, "false");
    List<Throwable> failures = failures(results);
    assertEquals(2, failures.size());
    for (Throwable failure : failures) {
      List<String> reports =
          Arrays.stream(failure.getSuppressed())
              .filter(each -> each instanceof HangReports.Report)
              .map(each -> String.valueOf(each.getMessage()))
              .toList();
      if (failure instanceof AssertionError) {
        assertEquals(List.of(), reports);
        continue;
      }
      assertEquals(1, reports.size());
      String report = reports.get(0);
      assertTrue(
          report.startsWith("shouldHang() did not end in time; what its thread is waiting for:"),
          report);
      assertTrue(report.contains("CountDownLatch.await"), report);
      assertTrue(report.contains("HangReportsTest$Hanging.shouldHang"), report);
      assertTrue(report.lines().count() <= 60, report);
    }
    assertEquals(1, results.testEvents().reportingEntryPublished().count());
  }

  @Test
  void shouldBeFoundByItselfWhereJUnitLooksForExtensions() {
    List<Throwable> failures = failures(run(Plain.class, "true"));
    assertEquals(1, failures.size());
    assertTrue(
        Arrays.stream(failures.get(0).getSuppressed())
            .anyMatch(each -> each instanceof HangReports.Report));
  }

  private static EngineExecutionResults run(Class<?> fixture, String detect) {
    return EngineTestKit.engine("junit-jupiter")
        .configurationParameter("junit.jupiter.extensions.autodetection.enabled", detect)
        .selectors(selectClass(fixture))
        .execute();
  }

  private static List<Throwable> failures(EngineExecutionResults results) {
    return results.testEvents().failed().stream()
        .map(event -> event.getRequiredPayload(TestExecutionResult.class))
        .map(result -> result.getThrowable().orElseThrow())
        .toList();
  }

  @ExtendWith(HangReports.class)
  static class Hanging {
    @Test
    @Timeout(value = 2_500, unit = TimeUnit.MILLISECONDS) // ample to come to the wait
    void shouldHang() throws Exception {
      new CountDownLatch(1).await();
    }

    @Test
    @Timeout(60)
    void shouldFail() {
      throw new AssertionError("on purpose");
    }

    @Test
    @Timeout(60)
    void shouldPass() {}
  }

  static class Plain {
    @BeforeEach
    @Timeout(value = 2_500, unit = TimeUnit.MILLISECONDS) // ample to come to the wait
    void hang() throws Exception {
      new CountDownLatch(1).await();
    }

    @Test
    void shouldNotGetHere() {}
  }
}
