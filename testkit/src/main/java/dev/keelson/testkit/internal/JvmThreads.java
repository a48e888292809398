/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Threads that come and go without the code under test having asked for them. */
final class JvmThreads {

  private static final Pattern JVM =
      Pattern.compile(
          "Reference Handler|Finalizer|Signal Dispatcher|Notification Thread|Attach"
              + " Listener|Service Thread|Monitor Deflation Thread|C[12] CompilerThread.*|Sweeper"
              + " thread|Common-Cleaner|DestroyJavaVM|JFR .*|JVMCI.*|JMX server.*|RMI .*"
              + "|ForkJoinPool\\.commonPool-.*|CompletableFutureDelayScheduler"
              + "|VirtualThread-un(parker|blocker).*|ForkJoinPool-\\d+-delayScheduler|(Master|Sub|Read-|Write-)?Poller.*|.*-Poller");

  private static final Pattern TOOLS =
      Pattern.compile(
          "junit-.*|surefire-.*|last-ditch-.*|ping-.*|ThreadedStreamConsumer.*|Monitor Ctrl-Break");

  private static final Pattern TOOL_CLASSES =
      Pattern.compile("(org\\.junit|org\\.apache\\.maven\\.surefire|com\\.intellij)\\..*");

  private JvmThreads() {}

  /** Why a new thread is no leak; empty if it may be one. */
  static Optional<String> reasonToIgnore(Thread thread, StackTraceElement[] stack) {
    String name = thread.getName();
    if (isReaper(thread)) {
      return isStuck(thread, stack) ? Optional.empty() : Optional.of("the JDK's process reaper");
    }
    if (JVM.matcher(name).matches()
        || thread.getClass().getName().equals("jdk.internal.misc.CarrierThread")) {
      return Optional.of("of the JVM");
    }
    if (TOOLS.matcher(name).matches()
        || TOOL_CLASSES.matcher(thread.getClass().getName()).matches()) {
      return Optional.of("of the test tools");
    }
    return Optional.empty();
  }

  /** Whether it waits for children of the JDK's. */
  static boolean isReaper(Thread thread) {
    return thread.getName().startsWith("process reaper");
  }

  /**
   * A reaper waits for its child, or lingers in its pool for a minute; both are well. One that is
   * blocked, or still finishing an ended process, waits for somebody who sits in a read of that
   * process's stream.
   */
  static boolean isStuck(Thread thread, StackTraceElement[] stack) {
    return thread.getState() == Thread.State.BLOCKED
        || Arrays.stream(stack).anyMatch(frame -> frame.getMethodName().equals("processExited"));
  }
}
