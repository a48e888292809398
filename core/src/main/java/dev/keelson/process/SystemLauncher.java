/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicReference;
import javax.annotation.Nullable;

/** The launcher behind {@link Launcher#system}, and those that tests put in its place. */
final class SystemLauncher {

  /** The innermost scope, or null if there is none; scopes know the one they are in. */
  private static final AtomicReference<Scope> INNERMOST = new AtomicReference<>();

  /** Chosen when it is first needed. Where that fails it is tried, and fails, again. */
  private static final AtomicReference<Launcher> SYSTEM = new AtomicReference<>();

  private SystemLauncher() {}

  private static Launcher system() {
    if (SYSTEM.get() == null) {
      SYSTEM.compareAndSet(null, DefaultLauncher.system()); // several first callers: one is kept
    }
    return requireNonNull(SYSTEM.get());
  }

  static Launcher current() {
    @Nullable Scope scope = INNERMOST.get();
    return scope == null ? system() : scope.launcher;
  }

  static Launcher.Substitution override(Launcher launcher) {
    while (true) {
      @Nullable Scope outer = INNERMOST.get();
      Scope scope = new Scope(launcher, outer);
      if (INNERMOST.compareAndSet(outer, scope)) { // two threads that override at once
        return scope;
      }
    }
  }

  private static final class Scope implements Launcher.Substitution {
    private final Launcher launcher;
    private final @Nullable Scope outer;
    private volatile boolean closed;

    Scope(Launcher launcher, @Nullable Scope outer) {
      this.launcher = launcher;
      this.outer = outer;
    }

    @Override
    public void close() {
      if (closed) {
        return;
      }
      if (!INNERMOST.compareAndSet(this, outer)) {
        throw new IllegalStateException(
            "a launcher that was put in place later is still there; close overrides in reverse order");
      }
      closed = true;
    }
  }
}
