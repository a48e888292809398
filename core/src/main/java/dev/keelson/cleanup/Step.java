/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import dev.keelson.spi.SchedulePoints;
import java.util.Optional;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/** One action of a {@link CleanupScope}. */
final class Step<S> implements Entry<S> {

  private final Steps steps;
  private final Registration<?> whole;
  private final Consumer<? super S> action;

  /** Cleared by who took this out of {@link Steps}. */
  private volatile @Nullable S state;

  /** Whether the exit knows this; see {@link ExitActions}. */
  private volatile boolean marked;

  Step(Steps steps, Registration<?> whole, S state, Consumer<? super S> action) {
    this.steps = steps;
    this.whole = whole;
    this.state = state;
    this.action = action;
  }

  private @Nullable S claim() {
    if (!steps.remove(this)) {
      return null;
    }
    SchedulePoints.reach("cleanup.claimed");
    S last = state;
    state = null;
    if (marked) {
      ExitActions.forget(this);
    }
    return last;
  }

  @Override
  public boolean clean() {
    S last = claim();
    if (last == null) {
      return false;
    }
    action.accept(last);
    return true;
  }

  @Override
  public void close() {
    clean();
  }

  @Override
  public Optional<S> detach() {
    return Optional.ofNullable(claim());
  }

  /** Who takes this out clears the state a moment later: the steps tell, and are asked first. */
  @Override
  public Optional<S> peek() {
    return isAlive() ? Optional.ofNullable(state) : Optional.empty();
  }

  @Override
  public boolean isAlive() {
    return steps.contains(this);
  }

  @Override
  public Registration<S> atExit(boolean run) {
    ExitActions.mark(
        this,
        run,
        now -> {
          marked = now;
          return isAlive();
        });
    return this;
  }

  /** The scope as a whole is what a report is about. */
  @Override
  public void touch(String hint) {
    whole.touch(hint);
  }

  @Override
  public String describe() {
    return action.getClass().getName() + " in a scope of realm " + steps.realm();
  }

  @Override
  public String toString() {
    return "Registration[" + describe() + (isAlive() ? "]" : ", over]");
  }
}
