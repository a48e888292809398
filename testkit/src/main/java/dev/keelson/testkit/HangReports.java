/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import dev.keelson.lock.LockRegistry;
import dev.keelson.testkit.internal.HangText;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.annotation.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.PreInterruptCallback;
import org.junit.jupiter.api.extension.PreInterruptContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Adds a hang report to every timeout of JUnit's: what the locks tell, where the test is, and what
 * its child processes do. It is published as a report entry and added to the failure as a
 * suppressed {@link Report}.
 *
 * <pre>{@code
 * @ExtendWith(HangReports.class)
 * @Timeout(10)
 * class PoolTest { ... }
 * }</pre>
 *
 * <p>With {@code junit.jupiter.extensions.autodetection.enabled=true} on the class path no
 * annotation is needed. JUnit 5.13 or newer is.
 *
 * <p><b>Thread safety.</b> Stateless.
 *
 * <p><b>Limitations.</b> JUnit tells of a timeout before it interrupts the test's thread; a test
 * that runs in a mode without an interrupt gets no report.
 */
public final class HangReports
    implements PreInterruptCallback,
        TestExecutionExceptionHandler,
        LifecycleMethodExecutionExceptionHandler {

  private static final ExtensionContext.Namespace SPACE =
      ExtensionContext.Namespace.create(HangReports.class);

  /** The report, as what a timeout carries along; its stack is of no interest. */
  public static final class Report extends RuntimeException {

    private static final long serialVersionUID = 1;

    Report(String text) {
      super(text, null, false, false);
    }
  }

  /** Made by JUnit. */
  public HangReports() {}

  @Override
  public void beforeThreadInterrupt(PreInterruptContext interrupt, ExtensionContext context) {
    Thread thread = interrupt.getThreadToInterrupt();
    String verdict =
        context.getDisplayName() + " did not end in time; what its thread is waiting for:";
    String text = HangText.of(verdict, LockRegistry.global().report(), List.of(thread));
    context.getStore(SPACE).put(Report.class, text);
    context.publishReportEntry("hang report", text);
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withReport(context, failure);
  }

  @Override
  public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withReport(context, failure);
  }

  @Override
  public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withReport(context, failure);
  }

  @Override
  public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withReport(context, failure);
  }

  @Override
  public void handleAfterAllMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withReport(context, failure);
  }

  private static Throwable withReport(ExtensionContext context, Throwable failure) {
    @Nullable String text = context.getStore(SPACE).remove(Report.class, String.class);
    if (text != null && failure instanceof TimeoutException) {
      failure.addSuppressed(new Report(text));
    }
    return failure;
  }
}
