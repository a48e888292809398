/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * Runs every interleaving of some actors over one word and one in-memory transport, on one thread.
 *
 * <p>An actor is real code whose accesses to what is shared all come here. To let an actor make its
 * next access, its code is run from the beginning of its turn: earlier accesses are answered from
 * what it saw then, the next one is made, and the one after that unwinds the code. So an actor's
 * state is what it has seen this turn and the number it brought from the turns before; the whole
 * state can be kept and compared (by a hash of 64 bits), and one that was met before is not looked
 * into again.
 *
 * <p>Three things keep the states few and lose no interleaving that matters. A look at the word
 * that is followed by a swap of what was seen is one step with it: a swap that fails only goes back
 * to the look. Of what an access answered, only what the code still looks at is kept. And a sleeper
 * that was roused for nothing is where it was before it slept.
 */
final class Explorer {

  /** What a turn returns when there is no other. Results of an actor stay in the other bits. */
  static final int DONE = 1 << 31;

  /** The code of an actor; deterministic but for what it sees here. */
  interface Script {
    /** One turn: gets what the turn before returned, at first zero. */
    int turn(int local) throws Exception;
  }

  /** Thrown for a schedule that ends badly; the message is the schedule. */
  static final class Found extends AssertionError {
    private static final long serialVersionUID = 1L;

    Found(String what, List<String> schedule) {
      super(what + "\n  " + String.join("\n  ", schedule));
    }
  }

  private static final class Unwind extends Error {
    private static final long serialVersionUID = 1L;

    Unwind() {
      super("", null, false, false);
    }
  }

  private static final Unwind UNWIND = new Unwind();

  // What is shared.
  long word;
  boolean sleepsIn;
  boolean latched;
  int released;

  private final List<Script> actors;
  private final Consumer<int[]> verdict;
  private final ExplorerState.Visited visited = new ExplorerState.Visited();
  private int ends;

  // The step that is being made.
  private long[] history = new long[0];
  private int position;
  private boolean made;
  private boolean unwinding;
  private int sleptAt;

  /** What an access found wrong; the code that made it may have thrown something else since. */
  private AssertionError wrong;

  private String label = "";

  /**
   * @param verdict gets what the actors ended with
   */
  Explorer(List<Script> actors, Consumer<int[]> verdict) {
    this.actors = actors;
    this.verdict = verdict;
  }

  /** Looks at everything; returns how many different states there were. */
  int explore() {
    long[][] seen = new long[actors.size()][0];
    explore(new ExplorerState(0, 0, seen, new int[actors.size()]), new ArrayList<>());
    if (ends == 0) {
      throw new AssertionError("no schedule came to an end");
    }
    return visited.size();
  }

  private void explore(ExplorerState state, List<String> schedule) {
    if (!visited.add(state.hash())) {
      return;
    }
    boolean stuck = true;
    for (int actor = 0; actor < actors.size(); actor++) {
      if ((state.locals()[actor] & DONE) == 0) {
        ExplorerState next = step(state, actor, schedule);
        if (next != null) {
          stuck = false;
          schedule.add((char) ('A' + actor) + " " + label);
          explore(next, schedule);
          schedule.remove(schedule.size() - 1);
        }
      }
    }
    if (stuck) {
      if (Arrays.stream(state.locals()).anyMatch(local -> (local & DONE) == 0)) {
        throw new Found("somebody sleeps for ever: " + WakeWord.describe(state.word()), schedule);
      }
      ends++;
      try {
        word = state.word();
        released = state.flags() >>> 2;
        verdict.accept(Arrays.stream(state.locals()).map(local -> local & ~DONE).toArray());
      } catch (AssertionError e) {
        throw new Found(e.getMessage(), schedule);
      }
    }
  }

  /** Null if the actor is blocked. */
  private ExplorerState step(ExplorerState state, int actor, List<String> schedule) {
    word = state.word();
    sleepsIn = (state.flags() & 1) != 0;
    latched = (state.flags() & 2) != 0;
    released = state.flags() >>> 2;
    history = state.seen()[actor];
    position = 0;
    made = false;
    unwinding = false;
    sleptAt = -1;
    wrong = null;
    label = "ends its turn";
    int[] locals = state.locals().clone();
    long[][] seen = state.seen().clone();
    try {
      locals[actor] = actors.get(actor).turn(locals[actor]);
      history = new long[0];
    } catch (Unwind e) {
      if (!made) {
        return null;
      }
    } catch (Exception | AssertionError e) {
      throw found(e, actor, schedule);
    }
    if (wrong != null) {
      throw found(wrong, actor, schedule);
    }
    seen[actor] = history;
    int flags = (sleepsIn ? 1 : 0) | (latched ? 2 : 0) | released << 2;
    return new ExplorerState(word, flags, seen, locals);
  }

  private Found found(Throwable e, int actor, List<String> schedule) {
    List<String> all = new ArrayList<>(schedule);
    all.add((char) ('A' + actor) + " " + label);
    return new Found(e.toString(), all);
  }

  /** An access to what is shared. */
  long access(String name, LongSupplier access) {
    return access(name, -1, true, access);
  }

  /** One whose answer is looked at in these bits alone once the next step is made. */
  private long access(String name, long kept, boolean possible, LongSupplier access) {
    if (unwinding) {
      throw UNWIND;
    }
    if (position < history.length) {
      return history[position++];
    }
    if (made || !possible) {
      unwinding = true;
      throw UNWIND;
    }
    made = true;
    label = name;
    try {
      long answer = access.getAsLong();
      record(answer & kept);
      return answer;
    } catch (AssertionError e) {
      wrong = e;
      throw e;
    }
  }

  private void record(long answer) {
    history = Arrays.copyOf(history, history.length + 1);
    history[position++] = answer;
  }

  /** A look that belongs to the step after it. */
  private long look() {
    if (unwinding || (position == history.length && made)) {
      unwinding = true;
      throw UNWIND;
    }
    if (position == history.length) {
      label = "reads";
      record(word & ~(WakeWord.REASONS | -WakeWord.IN_FLIGHT));
      return word;
    }
    return history[position++];
  }

  /** A protocol whose word is this world's. */
  WakeProtocol protocol(Transport own) {
    return new WakeProtocol(own) {
      private long change(String name, long kept, LongUnaryOperator change) {
        return access(
            name,
            kept,
            true,
            () -> {
              long before = word;
              word = change.applyAsLong(before);
              return before;
            });
      }

      @Override
      long getOpaque() {
        return look();
      }

      @Override
      long getVolatile() {
        return change("reads", TOKEN, before -> before);
      }

      /** Whoever asks only wants to know this much. */
      @Override
      boolean isPending() {
        boolean pending =
            access("looks", () -> (word & (TOKEN | CLOSED | BROKEN)) == 0 ? 0 : 1) != 0;
        if (!pending && sleptAt == position - 2) { // looked, slept, looked: as if it had not slept
          position -= 3;
          history = Arrays.copyOf(history, position);
        }
        return pending;
      }

      @Override
      void fullFence() {}

      @Override
      boolean cas(long expected, long next) {
        return access(
                "swaps",
                () -> {
                  if (word != expected) {
                    throw new AssertionError("a look and its swap are one step");
                  }
                  word = next;
                  return 1;
                })
            != 0;
      }

      @Override
      long getAndOr(long bits) {
        long kept = bits == ARMED ? 0 : ~(REASONS | -IN_FLIGHT);
        return change("sets 0x" + Long.toHexString(bits), kept, before -> before | bits);
      }

      @Override
      long getAndAnd(long bits) {
        return change("clears 0x" + Long.toHexString(~bits), -1, before -> before & bits);
      }

      @Override
      long getAndAdd(long amount) {
        return change("leaves", ~REASONS, before -> before + amount);
      }

      @Override
      boolean interrupted() {
        return false;
      }

      @Override
      void sleepsIn(Transport transport) {
        access("says where", () -> (sleepsIn = transport != null) ? 0 : 0);
      }

      @Override
      Transport sleepsIn() {
        return access("asks where", () -> sleepsIn ? 1 : 0) != 0 ? own : null;
      }
    };
  }

  /** A latch like a permit or a selector's: a rouse is kept for the next sleep, which eats it. */
  final class Latch implements Transport {
    private final boolean drained;

    /**
     * @param drained whether it is like a pipe: a sleep leaves the byte to {@link #drain}
     */
    Latch(boolean drained) {
      this.drained = drained;
    }

    @Override
    public void enter() {}

    @Override
    public boolean sleep(long nanos, WakeProtocol protocol) {
      if (nanos == 0) { // a timed wait: it ends when it likes
        access("sleeps a while", () -> use(false));
      } else if (!protocol.isPending()) {
        sleep();
      }
      return false;
    }

    /** Also for a loop of somebody else's. */
    void sleep() {
      sleptAt = position;
      access("sleeps", -1, latched, () -> use(!drained && (latched = false)));
    }

    private long use(boolean ignored) {
      if (released > 0) {
        throw new AssertionError("uses what is released");
      }
      return 0;
    }

    @Override
    public void rouse() {
      access("rouses", () -> use(latched = true));
    }

    @Override
    public void leave() {}

    @Override
    public void drain() {
      access("drains", () -> use(latched = false));
    }

    @Override
    public void release() {
      access("releases", () -> ++released);
    }
  }
}
