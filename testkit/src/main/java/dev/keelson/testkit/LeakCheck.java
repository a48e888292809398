/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The JUnit extension behind {@link NoLeaks}: a snapshot before each test, a check after it.
 *
 * <p>A test that has failed is not judged a second time: what it left behind is quarantined, so
 * that the next test starts clean.
 *
 * <p><b>Thread safety.</b> Stateless; the snapshot lives in the store of the test's context.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {

  private static final ExtensionContext.Namespace SPACE =
      ExtensionContext.Namespace.create(LeakCheck.class);

  /** Made by JUnit. */
  public LeakCheck() {}

  @Override
  public void beforeEach(ExtensionContext context) {
    context.getStore(SPACE).put(LeakOracle.class, LeakOracle.snapshot(policy(context)));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    LeakOracle oracle = context.getStore(SPACE).remove(LeakOracle.class, LeakOracle.class);
    if (oracle == null) {
      return; // the snapshot itself failed
    }
    if (context.getExecutionException().isPresent()) {
      LeakReport report = oracle.quarantine();
      if (!report.isClean()) {
        context.publishReportEntry("leaks", report.toText());
      }
    } else {
      oracle.assertNoLeaks();
    }
  }

  private static LeakPolicy policy(ExtensionContext context) {
    String test = context.getTestMethod().map(method -> method.getName() + "()").orElse("");
    String scope = context.getRequiredTestClass().getSimpleName() + "." + test;
    LeakPolicy policy = LeakPolicy.standard().scope(scope);
    NoLeaks wish = wish(context).orElse(null);
    if (wish == null) {
      return policy;
    }
    LeakKind[] kinds = wish.kinds();
    if (kinds.length == 0) {
      throw new IllegalArgumentException("@NoLeaks(kinds = {}) on " + scope + " checks nothing");
    }
    return policy
        .within(Duration.ofMillis(wish.withinMillis()))
        .only(kinds[0], Arrays.copyOfRange(kinds, 1, kinds.length));
  }

  /** The annotation of the method, its class or an enclosing one, whichever is nearest. */
  private static Optional<NoLeaks> wish(ExtensionContext context) {
    Optional<NoLeaks> found =
        AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), NoLeaks.class);
    Optional<Class<?>> type = context.getTestClass();
    while (found.isEmpty() && type.isPresent()) {
      found = AnnotationSupport.findAnnotation(type.get(), NoLeaks.class);
      type = type.map(Class::getEnclosingClass);
    }
    return found;
  }
}
