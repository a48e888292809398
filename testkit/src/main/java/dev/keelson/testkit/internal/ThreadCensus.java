/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.spi.Creation;
import dev.keelson.testkit.Leak;
import dev.keelson.testkit.LeakKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.annotation.Nullable;

/** Platform threads of this JVM, by id: the JVM never uses one twice. Virtual ones are not seen. */
public final class ThreadCensus implements Census {

  private static final int FRAMES = 8;

  /**
   * Thread ids with what Keelson said of them then: a pooled thread has a creation for each use.
   */
  private final Map<Long, Optional<Creation>> baseline = new HashMap<>();

  /** Reapers that hung already: they are pooled, so one that was well then may hang now. */
  private final Set<Long> stuck = new HashSet<>();

  /** Takes the baseline. */
  public ThreadCensus() {
    adopt();
  }

  @Override
  public void inspect(Findings findings) {
    for (Thread thread : threads()) {
      Optional<Creation> then = baseline.get(thread.getId());
      if (then == null || !then.equals(creation(thread)) || hasGotStuck(thread)) {
        judge(thread, findings);
      }
    }
  }

  private boolean hasGotStuck(Thread thread) {
    return JvmThreads.isReaper(thread)
        && !stuck.contains(thread.getId())
        && JvmThreads.isStuck(thread, thread.getStackTrace());
  }

  private static void judge(Thread thread, Findings findings) {
    StackTraceElement[] stack = thread.getStackTrace();
    Thread.State state = thread.getState();
    if (state == Thread.State.TERMINATED) {
      return;
    }
    String name = "\"" + thread.getName() + "\" id " + thread.getId();
    CreationLog.Entry entry = CreationLog.find(Creation.Kind.THREAD, thread.getId());
    if (entry != null && entry.retained()) {
      findings.ignored(LeakKind.THREAD, name, "kept by Keelson for reuse");
      return;
    }
    Optional<String> reason = JvmThreads.reasonToIgnore(thread, stack);
    if (reason.isPresent()) {
      findings.ignored(LeakKind.THREAD, name, reason.get());
      return;
    }
    Duration age = entry == null ? null : entry.age();
    Throwable site = entry == null ? null : entry.creation().site();
    String daemon = thread.isDaemon() ? ", daemon" : "";
    findings.leak(
        new Leak(
            LeakKind.THREAD,
            Long.toString(thread.getId()),
            name,
            state + daemon,
            age,
            site,
            null,
            frames(stack)));
  }

  private static List<String> frames(StackTraceElement[] stack) {
    List<String> lines = new ArrayList<>();
    Arrays.stream(stack).limit(FRAMES).forEach(frame -> lines.add("at " + describe(frame)));
    return lines;
  }

  /** Without the loader and module that a frame puts in front. */
  public static String describe(StackTraceElement frame) {
    return frame.getClassName()
        + "."
        + frame.getMethodName()
        + "("
        + frame.getFileName()
        + ":"
        + frame.getLineNumber()
        + ")";
  }

  @Override
  public void adopt() {
    for (Thread thread : threads()) {
      baseline.put(thread.getId(), creation(thread));
      if (hasGotStuck(thread)) {
        stuck.add(thread.getId());
      }
    }
  }

  private static Optional<Creation> creation(Thread thread) {
    CreationLog.Entry entry = CreationLog.find(Creation.Kind.THREAD, thread.getId());
    return Optional.ofNullable(entry).map(CreationLog.Entry::creation);
  }

  /** By the thread groups: unlike getAllStackTraces that stops no thread. */
  private static List<Thread> threads() {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    for (ThreadGroup parent = root; parent != null; parent = parent.getParent()) {
      root = parent;
    }
    @Nullable Thread[] threads = new Thread[root.activeCount() + 64];
    int count = root.enumerate(threads);
    while (count == threads.length) {
      threads = new Thread[threads.length * 2];
      count = root.enumerate(threads);
    }
    return List.of(Arrays.copyOf(threads, count));
  }
}
