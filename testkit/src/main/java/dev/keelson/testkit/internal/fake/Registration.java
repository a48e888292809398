/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import dev.keelson.testkit.FakeProcess;
import dev.keelson.testkit.FakeProgram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/** One command that was registered, and what it is to do. Guarded by its {@link Book}'s lock. */
public final class Registration {

  /** How its process ends when its steps are done. */
  public enum End {
    /** Not said: with code 0. */
    OPEN,
    /** Said: nothing can follow. */
    SAID,
    /** It is a real process. */
    REAL
  }

  final CommandPattern pattern;
  final String site;
  private final List<FakeProgram> steps = new ArrayList<>();
  private End end = End.OPEN;
  private String endText = "";
  private @Nullable IOException failure;
  int least = 1;
  int most = 1;
  int launched;
  final List<Launch> launches = new ArrayList<>();

  Registration(CommandPattern pattern, String site) {
    this.pattern = pattern;
    this.site = site;
  }

  /** Adds something to do before the end. */
  void step(String what, Consumer<FakeProcess> step) {
    requireOpen(what);
    steps.add(
        self -> {
          step.accept(self);
          return 0;
        });
  }

  void end(String what, End how, @Nullable FakeProgram last, @Nullable IOException instead) {
    requireOpen(what);
    end = how;
    endText = what;
    failure = instead;
    if (last != null) {
      steps.add(last);
    }
  }

  /** What it launches, for messages. */
  public String program() {
    return pattern.program();
  }

  void requireUnused(String what) {
    if (launched > 0) {
      throw new IllegalStateException(
          what + " comes too late: " + pattern + " was launched already; register it whole before");
    }
  }

  private void requireOpen(String what) {
    requireUnused(what);
    if (end != End.OPEN) {
      throw new IllegalStateException(
          what
              + " comes after "
              + endText
              + ", which is the end of this process; use then() for the next launch of "
              + pattern);
    }
  }

  boolean isUsedUp() {
    return launched >= most;
  }

  Script.Answer answer(Launch launch, Consumer<Trail> begun) throws IOException {
    launched++;
    launches.add(launch);
    if (failure != null) {
      throw failure;
    }
    if (end == End.REAL) {
      return new Script.Answer(null, begun);
    }
    List<FakeProgram> all = List.copyOf(steps);
    return new Script.Answer(self -> run(all, self), begun);
  }

  private static int run(List<FakeProgram> steps, FakeProcess self) throws Exception {
    int code = 0;
    for (FakeProgram step : steps) {
      code = step.run(self);
    }
    return code;
  }
}
