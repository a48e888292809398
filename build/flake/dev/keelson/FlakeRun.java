/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;
import static org.junit.platform.launcher.TagFilter.includeTags;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Runs every test class of its module that is tagged {@code process}, {@code keelson.flake} times over in this JVM, one
 * dynamic test a round. {@code mvn -Pflake test} compiles it into core, testkit and examples, and runs nothing else.
 */
class FlakeRun {
  private static final int ROUNDS = Integer.getInteger("keelson.flake", 0);

  @TestFactory
  Stream<DynamicTest> rounds() {
    assertTrue(ROUNDS > 0, "keelson.flake must say how many rounds, it is " + ROUNDS);
    LauncherDiscoveryRequest tests =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClasspathRoots(Set.of(testClasses())))
            .filters(includeTags("process"), includeClassNamePatterns(".*Test"))
            .build();
    return IntStream.rangeClosed(1, ROUNDS)
        .mapToObj(round -> DynamicTest.dynamicTest("round " + round, () -> run(tests, round)));
  }

  private static void run(LauncherDiscoveryRequest tests, int round) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(tests, listener);
    TestExecutionSummary summary = listener.getSummary();
    System.out.printf(
        "flake: round %d of %d, %d passed, %d failed, %d skipped%n",
        round,
        ROUNDS,
        summary.getTestsSucceededCount(),
        summary.getTestsFailedCount(),
        summary.getTestsSkippedCount());
    AssertionError failures = new AssertionError("failed in round " + round + " of " + ROUNDS);
    for (TestExecutionSummary.Failure failure : summary.getFailures()) {
      failures.addSuppressed(
          new AssertionError(
              failure.getTestIdentifier().getUniqueId(), failure.getException()));
    }
    if (failures.getSuppressed().length > 0) {
      throw failures;
    }
  }

  private static Path testClasses() {
    try {
      return Path.of(FlakeRun.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
