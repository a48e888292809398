/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import dev.keelson.internal.threads.StackRoom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/** The actions of a {@link CleanupScope}: the state that its one registration has. */
final class Steps {

  /*
   * Each step waits, or is out: whoever takes it out of `waiting`, under the lock, runs it. runAll() sets `closed` and looks for the
   * last one under the same lock: a step that comes at that moment is either found, or refused by `closed`. Actions run outside the
   * lock, so that one of them may close another, or the scope. The whole is claimed by its one registration before runAll() begins:
   * who finds no room on the stack after that leaves steps behind, which resume() runs.
   */

  private final String realm;
  private final ReentrantLock lock = new ReentrantLock();

  /** Those that wait, in the order in which they came. Taking one out decides who runs it. */
  @GuardedBy("lock")
  private final List<Step<?>> waiting = new ArrayList<>();

  @GuardedBy("lock")
  private boolean closed;

  /** Whether somebody runs them all. Set back without the lock: that needs no room on the stack. */
  private volatile boolean running;

  Steps(String realm) {
    this.realm = realm;
  }

  String realm() {
    return realm;
  }

  private void enter() {
    StackRoom.ensure(); // a lock that is lost at the stack's edge would keep all steps
    lock.lock();
  }

  <S> Step<S> add(Registration<?> whole, S state, Consumer<? super S> action) {
    Step<S> step = new Step<>(this, whole, state, action);
    enter();
    try {
      if (closed) { // since the caller looked
        throw new IllegalStateException("the scope was closed meanwhile; register before that");
      }
      waiting.add(step);
      return step;
    } finally {
      lock.unlock();
    }
  }

  /** Takes a step out; returns whether it was in. */
  boolean remove(Step<?> step) {
    enter();
    try {
      // From the end: the latest is closed first, as a rule.
      for (int i = waiting.size() - 1; i >= 0; i--) {
        if (waiting.get(i) == step) {
          waiting.remove(i);
          return true;
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  boolean contains(Step<?> step) {
    enter();
    try {
      return waiting.contains(step);
    } finally {
      lock.unlock();
    }
  }

  int size() {
    enter();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Step<?> last() {
    enter();
    try {
      closed = true;
      return waiting.isEmpty() ? null : waiting.get(waiting.size() - 1);
    } finally {
      lock.unlock();
    }
  }

  /** The action of the whole. */
  void runAll() {
    running = true;
    try {
      runWaiting();
    } finally {
      running = false;
    }
  }

  /** Runs what was left behind, if nobody does; returns whether this call did. */
  boolean resume() {
    boolean mine = false;
    try {
      mine = begin();
      if (mine) {
        runWaiting();
      }
      return mine;
    } finally {
      if (mine) {
        running = false;
      }
    }
  }

  private boolean begin() {
    enter();
    try {
      boolean first = !running && !waiting.isEmpty();
      if (first) {
        running = true;
      }
      return first;
    } finally {
      lock.unlock();
    }
  }

  private void runWaiting() {
    Failures failures = new Failures();
    for (Step<?> step = last(); step != null; step = last()) {
      try {
        step.clean();
      } catch (Throwable e) { // the others are to be cleaned none the less
        failures.add(e);
        if (step.isAlive()) { // no room on the stack to take it out: it would come for ever
          failures.throwFirst();
        }
      }
    }
    failures.throwFirst();
  }
}
