/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import java.util.ArrayList;
import java.util.List;

/** Wakes, closes and waits where the stack ends, and says how many of each it found half done. */
final class StackEdgeMain {

  private static final int ROUNDS = 60;

  /** At most, in a round: each of them that finds no stack lets the next begin anew. */
  private static final int TRIES = 500;

  private static final int KINDS = 3;

  /** One waker, for one try. */
  private static final class Trial implements Transport {
    final WakeProtocol protocol = new WakeProtocol(this);
    private final int kind;
    private int roused;

    Trial(int kind) {
      this.kind = kind;
      if (kind != 0) { // as its owner leaves it that sleeps
        protocol.sleepsIn(this);
        protocol.getAndOr(WakeWord.OWNED | WakeWord.ARMED);
      }
    }

    void run() {
      try {
        switch (kind) {
          case 0 -> protocol.await(this, 0, null, true, false);
          case 1 -> protocol.wake(1);
          default -> protocol.close();
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    /** Not if its owner is gone and owns it, or sleeps on without anybody's knowing. */
    boolean isWhole() {
      long word = protocol.getVolatile();
      if (kind == 0) {
        return (word & (WakeWord.OWNED | WakeWord.ARMED)) == 0;
      }
      boolean told = roused > 0 || (word & WakeWord.BROKEN) != 0;
      return ((word & WakeWord.TOKEN) == 0 || told) && !protocol.isInFlight();
    }

    @Override
    public void enter() {}

    @Override
    public boolean sleep(long nanos, WakeProtocol protocol) {
      return false;
    }

    @Override
    public void rouse() {
      roused++;
    }

    @Override
    public void leave() {}
  }

  private final List<Trial> trials = new ArrayList<>();
  private int tried;
  private int overflows;
  private int round;

  private StackEdgeMain() {}

  public static void main(String[] args) throws Exception {
    System.out.println(">" + new StackEdgeMain().tryAll());
  }

  /** Each level tries one on the way up from the edge. */
  private int descend(int depth) {
    try {
      int below = depth < 0 ? 0 : descend(depth + 1);
      if (below < 40 && tried < (round + 1) * TRIES) {
        trials.get(tried++).run();
      }
      return below + 1;
    } catch (StackOverflowError | InternalError e) { // the latter where the JVM links a call
      overflows++;
      return 0;
    }
  }

  private String tryAll() throws InterruptedException {
    for (int kind = 0; kind < KINDS; kind++) {
      new Trial(kind).run(); // no class is initialized at the edge
    }
    for (int i = 0; i < ROUNDS * TRIES; i++) {
      trials.add(new Trial(i % KINDS));
    }
    Thread thread =
        new Thread(
            null,
            () -> {
              for (round = 0; round < ROUNDS; round++) {
                descend(0);
              }
            },
            "deep",
            256 * 1024);
    thread.start();
    thread.join();
    if (overflows < ROUNDS) {
      return "the stack never ended";
    }
    int[] broken = new int[KINDS];
    for (Trial each : trials.subList(0, tried)) {
      broken[each.kind] += each.isWhole() ? 0 : 1;
    }
    return broken[0] + " waits, " + broken[1] + " wakes, " + broken[2] + " closes";
  }
}
