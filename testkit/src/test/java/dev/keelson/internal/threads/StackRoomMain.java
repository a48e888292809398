/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.threads;

/**
 * Goes down to where the stack ends and does something small on each frame of the way back, without
 * asking for room and then having asked; says how often either was cut off.
 */
final class StackRoomMain {

  private static final int ROUNDS = 20;

  /** On the way back, in a round. */
  private static final int TRIES = 400;

  /** What is done takes so many frames. */
  private static final int FRAMES = 60;

  /** Enough to be compiled. */
  private static final int WARM_UP = 100_000;

  private static boolean asks;
  private static int tries;
  private static boolean begun;
  private static int cutOff;
  private static int refused;
  private static int done;
  private static int nothing;

  private StackRoomMain() {}

  public static void main(String[] args) throws InterruptedException {
    for (int i = 0; i < WARM_UP; i++) {
      bare();
      asked();
    }
    for (boolean each : new boolean[] {false, true}) {
      asks = each;
      cutOff = 0;
      refused = 0;
      done = 0;
      Thread thread = new Thread(null, StackRoomMain::rounds, "stack", 512 << 10);
      thread.start();
      thread.join();
      System.out.printf(
          ">%s: %s, %s%n",
          each ? refused > 0 ? "asked, refused" : "asked, never refused" : "bare",
          done > 0 ? "done" : "never done",
          cutOff > 0 ? "cut off" : "never cut off");
    }
  }

  private static void rounds() {
    for (int i = 0; i < ROUNDS; i++) {
      tries = TRIES;
      down();
    }
  }

  /** Always interpreted. */
  @SuppressWarnings("InfiniteRecursion") // that is the point
  private static void down() {
    try {
      down();
    } catch (StackOverflowError e) {
      // The end.
    }
    if (tries > 0) {
      tries--;
      attempt();
    }
  }

  /** Always interpreted: the entry of a compiled method asks for what is inlined. */
  private static void attempt() {
    begun = false;
    try {
      if (asks) {
        asked();
      } else {
        bare();
      }
      done++;
    } catch (StackOverflowError e) {
      if (begun) {
        cutOff++;
      } else {
        refused++;
      }
    }
  }

  private static void bare() {
    begun = true;
    nothing += frames(FRAMES);
  }

  private static void asked() {
    StackRoom.ensure();
    begun = true;
    nothing += frames(FRAMES);
  }

  private static int frames(int left) {
    return left == 0 ? 0 : frames(left - 1) + 1;
  }
}
