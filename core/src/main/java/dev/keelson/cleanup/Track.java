/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.annotation.concurrent.GuardedBy;

/**
 * Where, by whom and for what a registration was made, and where its owner was used last. Safe for
 * use by multiple threads.
 *
 * <p>The stacks refer to classes until they are turned into text, so a track lives no longer than
 * its registration.
 */
final class Track {

  private static final int USES = 8;
  private static final int FRAMES = 32;

  /** Whose frames stand between a stack and what a report is about. */
  private static final Set<String> OWN =
      Stream.of(
              Track.class,
              TrackedNode.class,
              Leaks.class,
              StripedRegistry.class,
              CleanerRegistry.class,
              CleanerEntry.class,
              CleanupRealm.class,
              CleanupScope.class)
          .map(Class::getName)
          .collect(Collectors.toUnmodifiableSet());

  /** The one package that registers what its users have made. */
  private static final String LAUNCHING = "dev.keelson.process.";

  /** A stack and nothing else. */
  private static final class Stack extends Throwable {
    private static final long serialVersionUID = 1L;

    Stack() {
      super(null, null, false, true);
    }
  }

  private record RawUse(String hint, String thread, Stack stack) {}

  private final Stack site = new Stack();
  private final String ownerType;
  private final String thread = thisThread();
  private final boolean recordsUses;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Deque<RawUse> uses = new ArrayDeque<>(0);

  Track(Object owner, boolean recordsUses) {
    ownerType = owner.getClass().getName();
    this.recordsUses = recordsUses;
  }

  /** Its name, and its number for the many virtual ones that have none. */
  private static String thisThread() {
    Thread thread = Thread.currentThread();
    return "\"" + thread.getName() + "\" id " + thread.getId();
  }

  void use(String hint) {
    requireNonNull(hint, "hint");
    if (recordsUses) {
      RawUse use = new RawUse(hint, thisThread(), new Stack());
      lock.lock();
      try {
        if (uses.size() == USES) {
          uses.removeFirst();
        }
        uses.addLast(use);
      } finally {
        lock.unlock();
      }
    }
  }

  String ownerType() {
    return ownerType;
  }

  String thread() {
    return thread;
  }

  List<StackTraceElement> site() {
    return frames(site);
  }

  List<LeakReport.Use> uses() {
    lock.lock();
    try {
      return uses.stream()
          .map(use -> new LeakReport.Use(use.hint, use.thread, frames(use.stack)))
          .toList();
    } finally {
      lock.unlock();
    }
  }

  private static List<StackTraceElement> frames(Stack stack) {
    return Arrays.stream(stack.getStackTrace())
        .dropWhile(frame -> isOwn(frame.getClassName()))
        .limit(FRAMES)
        .toList();
  }

  private static boolean isOwn(String type) {
    return OWN.contains(type) || type.startsWith(LAUNCHING);
  }
}
