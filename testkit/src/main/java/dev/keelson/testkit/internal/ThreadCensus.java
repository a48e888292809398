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
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;

/**
 * Threads of this JVM, by id: the JVM never uses one twice. Platform threads are enumerated; of the
 * virtual ones, which only a dump shows, those are judged whose id is higher than that of any
 * thread at the baseline.
 */
public final class ThreadCensus implements Census {

  private static final int FRAMES = 8;

  /** A carrier with nothing to do ends after half a minute. */
  private static final long CARRIERS_LAST_NANOS = TimeUnit.SECONDS.toNanos(20);

  /**
   * Thread ids with what Keelson said of them then: a pooled thread has a creation for each use.
   */
  private final Map<Long, Optional<Creation>> baseline = new HashMap<>();

  /** Reapers that hung already: they are pooled, so one that was well then may hang now. */
  private final Set<Long> stuck = new HashSet<>();

  /** No thread of the baseline has a higher id. */
  private long newest;

  /** {@link System#nanoTime} of the baseline. */
  private long since;

  /** Takes the baseline. */
  public ThreadCensus() {
    adopt();
  }

  @Override
  public Set<LeakKind> kinds() {
    return Set.of(LeakKind.THREAD);
  }

  @Override
  public void inspect(Findings findings) {
    boolean carriers = false;
    for (Thread thread : threads()) {
      carriers |= JvmThreads.isCarrier(thread);
      Optional<Creation> then = baseline.get(thread.getId());
      if (then == null || !then.equals(creation(thread)) || hasGotStuck(thread)) {
        judge(thread, findings);
      }
    }
    if (mayHideVirtual(carriers, System.nanoTime() - since)) {
      inspectVirtual(findings);
    }
  }

  /** Without a carrier none has run lately, but one may have parked long ago. */
  static boolean mayHideVirtual(boolean carriers, long nanosSinceBaseline) {
    return carriers || nanosSinceBaseline > CARRIERS_LAST_NANOS;
  }

  private void inspectVirtual(Findings findings) {
    Optional<List<VirtualThreads.Seen>> all = VirtualThreads.all();
    if (all.isEmpty()) {
      findings.note("this JVM does not tell which virtual threads live");
    }
    for (VirtualThreads.Seen thread : all.orElse(List.of())) {
      if (thread.id() <= newest || thread.stack().isEmpty()) {
        continue; // old, or about to end
      }
      String name = "virtual \"" + thread.name() + "\" id " + thread.id();
      if (JvmThreads.isPoller(thread.stack())) {
        findings.ignored(LeakKind.THREAD, name, "of the JVM");
        continue;
      }
      List<String> lines =
          thread.stack().stream()
              .map(frame -> "at " + frame.substring(frame.indexOf('/') + 1))
              .limit(FRAMES)
              .toList();
      String id = Long.toString(thread.id());
      findings.leak(new Leak(LeakKind.THREAD, id, name, "alive", null, null, null, lines));
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
            frames(stack, FRAMES)));
  }

  static List<String> frames(StackTraceElement[] stack, int most) {
    List<String> lines = new ArrayList<>();
    Arrays.stream(stack).limit(most).forEach(frame -> lines.add("at " + describe(frame)));
    return lines;
  }

  /** Without the loader and module that a frame puts in front. */
  public static String describe(StackTraceElement frame) {
    return new StackTraceElement(
            frame.getClassName(), frame.getMethodName(), frame.getFileName(), frame.getLineNumber())
        .toString();
  }

  @Override
  public void adopt() {
    since = System.nanoTime();
    newest = new Thread(null, () -> {}, "never-started", 0, false).getId();
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
  static List<Thread> threads() {
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
