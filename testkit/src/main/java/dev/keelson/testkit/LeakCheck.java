/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicBoolean;
import javax.annotation.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;

/**
 * The JUnit extension behind {@link NoLeaks}: a {@link LeakScope} around each test or class.
 *
 * <p>A test that has failed, or was aborted, is not judged a second time: what it left behind is
 * quarantined, so that the next test starts clean, and published as a report entry. So is what a
 * class has left that is judged as a whole, once one of its tests has failed.
 *
 * <p><b>Thread safety.</b> Stateless; the scope lives in the store of the test's context.
 */
public final class LeakCheck
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        ParameterResolver {

  private static final ExtensionContext.Namespace SPACE =
      ExtensionContext.Namespace.create(LeakCheck.class);

  /** A class's scope. */
  private record Whole(LeakWish wish, LeakScope scope, AtomicBoolean failed) {}

  /** Made by JUnit. */
  public LeakCheck() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    Class<?> type = context.getRequiredTestClass();
    LeakWish wish = LeakWish.ofClass(type);
    if (wish.isForClass() && isOutermost(wish, context)) {
      Whole around = whole(context);
      if (around != null) {
        wish.requireAllowedBy(around.wish());
      }
      LeakScope scope = LeakScope.open(wish.policy());
      context.getStore(SPACE).put(Whole.class, new Whole(wish, scope, new AtomicBoolean()));
    }
  }

  /** Whether no class around it has the scope already. */
  private static boolean isOutermost(LeakWish wish, ExtensionContext context) {
    return wish.on() == context.getRequiredTestClass() || whole(context) == null;
  }

  private static @Nullable Whole whole(ExtensionContext context) {
    return context.getStore(SPACE).get(Whole.class, Whole.class); // its own or an outer class's
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    LeakWish wish = wish(context);
    Whole whole = whole(context);
    if (whole != null) {
      wish.requireAllowedBy(whole.wish()); // also if it has a scope of its own: both judge it
    }
    LeakScope scope =
        whole == null || !wish.isForClass() ? LeakScope.open(wish.policy()) : whole.scope().enter();
    context.getStore(SPACE).put(LeakScope.class, scope);
  }

  private static LeakWish wish(ExtensionContext context) {
    return LeakWish.ofMethod(context.getRequiredTestClass(), context.getRequiredTestMethod());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    LeakScope scope = context.getStore(SPACE).remove(LeakScope.class, LeakScope.class);
    if (scope == null) {
      return; // it could not be opened
    }
    Whole whole = whole(context);
    note(hasFailed(context), whole);
    if (whole != null && wish(context).isForClass()) {
      scope.leave();
    } else {
      end(scope, false, whole, context);
    }
  }

  /** One that was aborted has not failed: an assumption must not switch a class's check off. */
  private static boolean hasFailed(ExtensionContext context) {
    return context
        .getExecutionException()
        .filter(thrown -> !(thrown instanceof TestAbortedException))
        .isPresent();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Whole whole = context.getStore(SPACE).remove(Whole.class, Whole.class);
    Whole around = whole(context);
    boolean failed = hasFailed(context) || (whole != null && whole.failed().get());
    note(failed, around);
    if (whole != null) {
      end(whole.scope(), failed, around, context);
    }
  }

  /** What is found here is told once: the class around it would find it, too. */
  private static void end(
      LeakScope scope, boolean failed, @Nullable Whole around, ExtensionContext context) {
    if (failed || context.getExecutionException().isPresent()) {
      LeakFindings findings = scope.abandon();
      if (!findings.isClean()) {
        context.publishReportEntry("leaks", findings.toText());
      }
      return;
    }
    boolean clean = false;
    try {
      scope.close();
      clean = true;
    } finally {
      note(!clean, around);
    }
  }

  /** The class's scope does not judge what a failed test may have left. */
  private static void note(boolean failed, @Nullable Whole whole) {
    if (failed && whole != null) {
      whole.failed().set(true);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == LeakScope.class
        && context.getStore(SPACE).get(LeakScope.class) != null;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return requireNonNull(context.getStore(SPACE).get(LeakScope.class));
  }
}
