/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.annotation.Nullable;

/** Where in the code, by whom and when a lock was taken. Immutable; keeps no thread alive. */
final class AcquisitionSite {

  private static final int MOST_FRAMES = 12;
  private static final int SHOWN_FRAMES = 3;

  private static final StackWalker WALKER = StackWalker.getInstance();

  private static final Set<String> OWN =
      Set.of(
          AcquisitionSite.class.getName(),
          LockObserver.class.getName(),
          OrderChecker.class.getName(),
          OrderGraph.class.getName(),
          OrderTexts.class.getName(),
          StripedLocks.class.getName(),
          ResettableLock.class.getName(),
          Sync.class.getName(),
          CheckedSync.class.getName(),
          LockCondition.class.getName());

  /** Whether any registry wants that; one that is made at this moment may miss a site. */
  private static boolean wanted;

  final long thread;
  final String threadName;
  final long nanos = System.nanoTime();
  private final StackTraceElement[] frames;

  private AcquisitionSite(Thread thread, StackTraceElement[] frames) {
    this.thread = ThreadIds.of(thread);
    this.threadName = thread.getName();
    this.frames = frames;
  }

  /** Whether the slow path has to remember where it was called from. */
  static boolean contended() {
    return wanted;
  }

  static void wantContended() {
    wanted = true;
  }

  /** The caller's, or null where it cannot be had: at the stack's edge, without memory. */
  static @Nullable AcquisitionSite orNull() {
    try {
      StackTraceElement[] frames =
          WALKER.walk(
              all ->
                  all.dropWhile(frame -> OWN.contains(frame.getClassName()))
                      .limit(MOST_FRAMES)
                      .map(StackWalker.StackFrame::toStackTraceElement)
                      .toArray(StackTraceElement[]::new));
      return new AcquisitionSite(Thread.currentThread(), frames);
    } catch (Throwable e) { // a missing site is no reason to fail
      return null;
    }
  }

  /** The topmost frames, in one line. */
  String brief() {
    return line(frames, SHOWN_FRAMES);
  }

  List<String> lines() {
    return Arrays.stream(frames).map(StackTraceElement::toString).toList();
  }

  /** As an exception's stack, for a cause. */
  Throwable asThrowable(String message) {
    return new Seen(message, frames);
  }

  static String line(StackTraceElement[] frames, int most) {
    if (frames.length == 0) {
      return "(no frames)";
    }
    return Arrays.stream(frames)
        .limit(most)
        .map(StackTraceElement::toString)
        .collect(Collectors.joining(" <- "));
  }

  /** Never thrown. */
  private static final class Seen extends RuntimeException {
    private static final long serialVersionUID = 1;

    Seen(String message, StackTraceElement[] frames) {
      super(message, null, false, true);
      setStackTrace(frames);
    }

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }
}
