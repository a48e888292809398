/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Threads that come and go without the code under test having asked for them. */
final class JvmThreads {

  private static final Pattern JVM =
      Pattern.compile(
          "Reference Handler|Finalizer|Signal Dispatcher|Notification Thread|Attach"
              + " Listener|Service Thread|Monitor Deflation Thread|C[12] CompilerThread.*|Sweeper"
              + " thread|Common-Cleaner|DestroyJavaVM|JFR .*|JVMCI.*|JMX server.*|RMI .*|GC"
              + " Daemon|Java2D Disposer|Keep-Alive-(Timer|SocketCleaner)"
              + "|ForkJoinPool\\.commonPool-.*|CompletableFutureDelayScheduler"
              + "|VirtualThread-un(parker|blocker).*|ForkJoinPool-\\d+-delayScheduler");

  private static final Pattern TOOLS =
      Pattern.compile(
          "junit-.*|surefire-.*|last-ditch-.*|ping-(timer-)?\\d+s(ec)?|ThreadedStreamConsumer.*"
              + "|Monitor Ctrl-Break");

  private static final Pattern TOOL_CLASSES =
      Pattern.compile("(org\\.junit|org\\.apache\\.maven\\.surefire|com\\.intellij)\\..*");

  private static final Pattern POLLER_NAME = Pattern.compile("(.*-)?(Master|Sub)?Poller.*");

  private static final Pattern POLLER =
      Pattern.compile(
          "sun\\.nio\\.ch\\.(\\w*)Poller(\\$\\w+)*\\.\\w*(pollerLoop|[pP]ollerLoop)\\(");

  private JvmThreads() {}

  /** Why a new thread is no leak; empty if it may be one. */
  static Optional<String> reasonToIgnore(Thread thread, StackTraceElement[] stack) {
    String name = thread.getName();
    if (isReaper(thread)) {
      return isStuck(thread, stack) ? Optional.empty() : Optional.of("the JDK's process reaper");
    }
    if (JVM.matcher(name).matches() || isCarrier(thread) || isPoller(thread)) {
      return Optional.of("of the JVM");
    }
    if (TOOLS.matcher(name).matches()
        || TOOL_CLASSES.matcher(thread.getClass().getName()).matches()) {
      return Optional.of("of the test tools");
    }
    return Optional.empty();
  }

  /** Whether it carries virtual threads. */
  static boolean isCarrier(Thread thread) {
    return thread.getClass().getName().equals("jdk.internal.misc.CarrierThread");
  }

  /** Whether that is the stack of a virtual thread by which the JDK waits for channels. */
  static boolean isPoller(List<String> stack) {
    return stack.stream().anyMatch(frame -> POLLER.matcher(frame).find());
  }

  /** Whether it is a platform thread by which the JDK waits for channels of virtual threads. */
  static boolean isPoller(Thread thread) {
    return thread.getClass().getName().equals("jdk.internal.misc.InnocuousThread")
        && POLLER_NAME.matcher(thread.getName()).matches();
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
