/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.spi.Creation;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinWorkerThread;
import javax.annotation.Nullable;

/**
 * Says for which scope a thread works. A thread that is started inherits it; {@link CreationLog}
 * notes it with everything that is created. A worker of a fork-join pool, or of JUnit's, is started
 * by whoever is there when one is missing, and works for everybody: such a thread works for a scope
 * only once it has entered that itself.
 *
 * <p><b>Thread safety.</b> Safe for use by multiple threads.
 */
public final class ScopeToken {

  private static final int MOST_COOKIES = 1 << 12;

  /**
   * What a thread has.
   *
   * @param by the id of the thread that entered the scope; the others inherited it
   */
  private record Held(ScopeToken token, long by) {

    boolean isInForce() {
      Thread thread = Thread.currentThread();
      return by == thread.getId() || !isOfAPool(thread);
    }

    private static boolean isOfAPool(Thread thread) {
      return thread instanceof ForkJoinWorkerThread
          || thread.getClass().getName().startsWith("org.junit.");
    }
  }

  @SuppressWarnings("ThreadLocalUsage") // there is one
  private static final InheritableThreadLocal<Held> CURRENT =
      new InheritableThreadLocal<>() {
        /** Called by the thread that starts the other. */
        @Override
        protected @Nullable Held childValue(@Nullable Held held) {
          return held == null || !held.isInForce() ? null : held;
        }
      };

  private final @Nullable ScopeToken outer;

  /** Of the processes that were started, by which what they started in turn is recognised. */
  private final Set<String> cookies = ConcurrentHashMap.newKeySet();

  private ScopeToken(@Nullable ScopeToken outer) {
    this.outer = outer;
  }

  /** A new one, inside the calling thread's. */
  public static ScopeToken create() {
    return new ScopeToken(current());
  }

  static @Nullable ScopeToken current() {
    Held held = CURRENT.get();
    return held == null || !held.isInForce() ? null : held.token;
  }

  /** The calling thread works for this one from now on; returns for which one it did before. */
  public @Nullable ScopeToken enter() {
    ScopeToken before = current();
    restore(this);
    return before;
  }

  /** The calling thread works for that one again. */
  public static void restore(@Nullable ScopeToken before) {
    if (before == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(new Held(before, Thread.currentThread().getId()));
    }
  }

  /** Whether this is that scope or inside it. */
  boolean isWithin(ScopeToken scope) {
    for (ScopeToken at = this; at != null; at = at.outer) {
      if (at == scope) {
        return true;
      }
    }
    return false;
  }

  /** A process was started for this scope. */
  void started(Creation process) {
    String mark = process.mark();
    for (ScopeToken at = this; at != null && mark != null; at = at.outer) {
      if (at.cookies.size() < MOST_COOKIES) {
        at.cookies.add(mark);
      }
    }
  }

  boolean hasStartedProcesses() {
    return !cookies.isEmpty();
  }

  /** Whether a process with this environment was started for this scope. */
  boolean hasStarted(List<String> environment) {
    return environment.stream().anyMatch(cookies::contains);
  }
}
