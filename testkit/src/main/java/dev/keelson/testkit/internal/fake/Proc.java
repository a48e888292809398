/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.testkit.FakeProcess;
import dev.keelson.testkit.FakeProgram;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import javax.annotation.Nullable;

/** A fake process. Its state is guarded by the clock's lock. */
final class Proc {

  /*
   * It lives from its making until `exit` is set, by whoever comes first: its program, or a signal that ends it. The program's
   * thread may lag behind: whatever it does through its View finds the exit and throws Over.
   */

  /** Thrown through a program whose process has ended. */
  @SuppressWarnings("serial")
  static final class Over extends Error {
    Over() {
      super("this fake process has ended", null, false, false);
    }
  }

  /** A signal that was sent to it. */
  record Sent(int number, long at) {}

  final long pid;
  final Launch launch;
  final Streams streams;
  final long startedAt;
  private final VirtualClock clock;
  private final BiConsumer<Launch, Throwable> problems;
  private final List<Proc> children = new ArrayList<>();
  private final Set<Integer> ignored = new HashSet<>();
  private final Map<Integer, Runnable> handlers = new HashMap<>();
  private final Deque<Integer> pending = new ArrayDeque<>();
  private final List<Sent> sent = new ArrayList<>();
  private final List<Runnable> onExit = new ArrayList<>();
  private @Nullable ExitReport exit;

  Proc(
      VirtualClock clock,
      long pid,
      Launch launch,
      Streams streams,
      BiConsumer<Launch, Throwable> problems) {
    this.clock = clock;
    this.pid = pid;
    this.launch = launch;
    this.streams = streams;
    this.problems = problems;
    startedAt = clock.nanoTime();
    streams.hold();
  }

  /** Runs the program when its turn comes. */
  void begin(FakeProgram program) {
    clock.executeNext(() -> run(program));
  }

  private void run(FakeProgram program) {
    FakeProcess view = new View(this, clock);
    try {
      checkAlive();
      int code = program.run(view);
      if (code < 0 || code > 255) {
        throw new IllegalArgumentException(
            "exit code is " + code + "; it must be from 0 to 255, as a process's is");
      }
      end(ExitReport.exited(code));
    } catch (Over ended) {
      // it was told so
    } catch (Throwable e) {
      problems.accept(launch, e);
      end(ExitReport.exited(255));
    }
  }

  // Its end

  /** Ends it in that way, unless it has ended. */
  void end(ExitReport report) {
    List<Runnable> actions;
    clock.lock();
    try {
      if (exit != null) {
        return;
      }
      exit = report;
      streams.release();
      actions = List.copyOf(onExit);
      onExit.clear();
      actions.forEach(clock::execute);
      clock.changed();
    } finally {
      clock.unlock();
    }
  }

  @Nullable
  ExitReport exit() {
    clock.lock();
    try {
      return exit;
    } finally {
      clock.unlock();
    }
  }

  boolean hasEnded() {
    return exit() != null;
  }

  void onExit(Runnable action) {
    clock.lock();
    try {
      if (exit == null) {
        onExit.add(action);
        return;
      }
    } finally {
      clock.unlock();
    }
    action.run();
  }

  void checkAlive() {
    if (hasEnded()) {
      throw new Over();
    }
  }

  // Signals

  /** Returns false if it had ended. */
  boolean signal(int number) {
    clock.lock();
    try {
      if (exit != null) {
        return false;
      }
      sent.add(new Sent(number, clock.nanoTime()));
      if (handlers.containsKey(number)) {
        pending.add(number);
        clock.changed();
      } else if (!ignored.contains(number) && !Dispositions.isHarmless(number)) {
        end(ExitReport.signaled(number));
      }
      return true;
    } finally {
      clock.unlock();
    }
  }

  List<Sent> sent() {
    clock.lock();
    try {
      return List.copyOf(sent);
    } finally {
      clock.unlock();
    }
  }

  void ignore(int number) {
    clock.lock();
    try {
      handlers.remove(number);
      ignored.add(number);
    } finally {
      clock.unlock();
    }
  }

  void handle(int number, Runnable handler) {
    clock.lock();
    try {
      ignored.remove(number);
      handlers.put(number, handler);
    } finally {
      clock.unlock();
    }
  }

  // Waiting, by the program's thread

  /** Waits, handling signals meanwhile; returns false if the instant came first. */
  boolean block(BooleanSupplier over, long instant) {
    while (true) {
      boolean woken;
      try {
        woken =
            clock.await(
                () -> exit != null || !pending.isEmpty() || over.getAsBoolean(), instant, false);
      } catch (InterruptedException e) {
        throw new IllegalStateException("the thread of a fake program was interrupted", e);
      }
      checkAlive();
      if (!woken) {
        return false;
      }
      Runnable handler = nextHandler();
      if (handler == null) {
        return true;
      }
      handler.run();
    }
  }

  private @Nullable Runnable nextHandler() {
    clock.lock();
    try {
      Integer number = pending.poll();
      return number == null ? null : handlers.getOrDefault(number, () -> {});
    } finally {
      clock.unlock();
    }
  }

  // Its family

  Proc fork(long childPid, boolean quietly, FakeProgram program) {
    Proc child;
    clock.lock();
    try {
      checkAlive();
      child = new Proc(clock, childPid, launch, quietly ? Streams.nowhere() : streams, problems);
      children.add(child);
    } finally {
      clock.unlock();
    }
    child.begin(program);
    return child;
  }

  boolean hasChildren() {
    return children.stream().anyMatch(child -> child.exit == null);
  }

  /** Those that it forked itself, those that have ended included. */
  List<Proc> children() {
    clock.lock();
    try {
      return List.copyOf(children);
    } finally {
      clock.unlock();
    }
  }

  /** Itself and its descendants, those that have ended included. */
  void collect(Collection<Proc> all) {
    clock.lock();
    try {
      all.add(this);
      children.forEach(child -> child.collect(all));
    } finally {
      clock.unlock();
    }
  }
}
