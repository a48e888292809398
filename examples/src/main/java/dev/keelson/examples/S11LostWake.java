/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.wake.Waker;
import java.io.IOException;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * A flag is looked at, and then the thread blocks: what comes in between is slept through. Each
 * round has a bound, and a sleep that lasted until then although the flag was set is counted.
 */
final class S11LostWake implements Story {

  private static final int BOUND_MILLIS = 5;
  private static final int SLICE = 500;
  private static final int ROUNDS = 40_000;
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** For a machine that seldom runs both threads at once: until something was lost. */
  private static final long UNTIL_SEEN_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** One way to set a flag and be told of it. */
  private interface Mailbox extends AutoCloseable {
    /** By the thread that has something to say. */
    void tell();

    /** Looks, and waits for at most the bound; whether it slept until then. */
    boolean sleepsWholeBound() throws Exception;

    /** Whether the next wait would not sleep. */
    default boolean isPending() {
      return false;
    }

    /** Makes ready for the next round. */
    void reset() throws Exception;

    @Override
    default void close() throws IOException {}
  }

  private interface Maker {
    Mailbox make() throws Exception;
  }

  @Override
  public String id() {
    return "S11";
  }

  @Override
  public String title() {
    return "a flag, a check and a call that blocks";
  }

  @Override
  public void tell(Stage stage) throws Exception {
    stage.say(
        "One thread looks at a flag and goes to sleep, another one sets it and wakes: up to "
            + ROUNDS
            + " rounds or 3 s, and on until something was lost that can be. What is slept through is"
            + " found by a bound of "
            + BOUND_MILLIS
            + " ms; without it, the thread would sleep for good.");
    Slices notified = new Slices(true);
    Slices selected = new Slices(true);
    Slices woken = new Slices(false);
    Experiment experiment = new Experiment(stage, Duration.ofSeconds(60));
    Experiment.Ending monitor =
        experiment.run("notify", nap -> rounds(FlagAndMonitor::new, notified));
    Experiment.Ending latch =
        experiment.run("Selector.wakeup", nap -> rounds(FlagAndLatch::new, selected));
    Experiment.Ending waker = experiment.run("Waker", nap -> rounds(FlagAndWaker::new, woken));
    experiment.report();
    Plot plot = new Plot("Wake-ups lost in each " + SLICE + " rounds", "thousand rounds", "lost");
    plot.line("notify", notified.points()).line("Selector.wakeup", selected.points());
    plot.line("Waker", woken.points());
    stage.show("plot: " + plot.write(Plots.directory(), "s11-lost-wakes.svg"));
    stage.row("notify after the check", monitor.answer(), waker.answer());
    stage.row("Selector.wakeup before a selectNow", latch.answer(), waker.answer());
    stage.wound(losesSome(monitor), "a notify between check and wait is slept through");
    stage.wound(losesSome(latch), "a wake-up that a selectNow takes is slept through");
    stage.expect(waker.answer().startsWith("0 "), "no wake-up is lost");
  }

  private static boolean losesSome(Experiment.Ending ending) {
    return !ending.hung() && !ending.answer().startsWith("0 ");
  }

  /**
   * Counts what is lost.
   *
   * @param slices is told what is lost, and when
   */
  private static String rounds(Maker maker, Slices slices) throws Exception {
    try (Mailbox mailbox = maker.make()) {
      Turns turns = new Turns();
      FutureTask<Void> teller =
          new FutureTask<>(
              () -> {
                SplittableRandom random = new SplittableRandom(1);
                for (int i = 1; turns.await(i); i++) {
                  for (int spins = random.nextInt(200); spins > 0; spins--) {
                    Thread.onSpinWait();
                  }
                  mailbox.tell();
                  turns.told = i;
                }
                return null;
              });
      Thread thread = new Thread(teller, "tour-teller");
      thread.setDaemon(true);
      thread.start();
      int lost = 0;
      long began = System.nanoTime();
      int round = 0;
      while ((round < ROUNDS && System.nanoTime() - began < MOST_NANOS)
          || (slices.untilSeen && lost == 0 && System.nanoTime() - began < UNTIL_SEEN_NANOS)) {
        round++;
        turns.begun = round;
        boolean slept = mailbox.sleepsWholeBound();
        if (slept && turns.told == round && !mailbox.isPending()) {
          lost++; // told before it gave up, and nothing of that is left
        }
        for (int spins = 0; turns.told < round; spins++) {
          Turns.pause(spins);
        }
        slices.add(round, lost);
        mailbox.reset();
      }
      turns.begun = -1;
      teller.get();
      return lost + " lost of " + round;
    }
  }

  /** How much was lost in each slice of the rounds. */
  private static final class Slices {
    private final List<Plot.Point> points = Collections.synchronizedList(new ArrayList<>());
    private int before;

    /** Whether to go on, for some time, for as long as nothing was lost. */
    final boolean untilSeen;

    Slices(boolean untilSeen) {
      this.untilSeen = untilSeen;
    }

    void add(int round, int lost) {
      if (round % SLICE == 0) {
        points.add(new Plot.Point(round / 1e3, lost - before));
        before = lost;
      }
    }

    List<Plot.Point> points() {
      return List.copyOf(points);
    }
  }

  /** Which round it is. */
  private static final class Turns {
    volatile int begun;
    volatile int told;

    boolean await(int round) {
      for (int spins = 0; begun != round; spins++) {
        if (begun < 0) {
          return false;
        }
        pause(spins);
      }
      return true;
    }

    /** Both threads run at once, most of the time, and make room where they cannot. */
    @SuppressWarnings("ThreadPriorityCheck")
    static void pause(int spins) {
      if (spins < 2_000) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  /** What a loop does between its look and its sleep: a microsecond's work. */
  private static void findNextTimer() {
    for (int i = 0; i < 40; i++) {
      Thread.onSpinWait();
    }
  }

  private static boolean isOver(long began) {
    return System.nanoTime() - began >= TimeUnit.MILLISECONDS.toNanos(BOUND_MILLIS);
  }

  // broken

  /** The check stands outside of the lock, for speed. */
  private static final class FlagAndMonitor implements Mailbox {
    private final Object monitor = new Object();
    private volatile boolean flag;

    @Override
    public void tell() {
      flag = true;
      synchronized (monitor) {
        monitor.notifyAll();
      }
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // so it is written everywhere
    public boolean sleepsWholeBound() throws InterruptedException {
      if (flag) {
        return false;
      }
      findNextTimer();
      long began = System.nanoTime();
      synchronized (monitor) {
        monitor.wait(BOUND_MILLIS);
      }
      return isOver(began);
    }

    @Override
    public void reset() {
      flag = false;
    }
  }

  /** The selector remembers a wake-up, until anybody asks it to select. */
  private static final class FlagAndLatch implements Mailbox {
    private final Selector selector;
    private volatile boolean flag;

    FlagAndLatch() throws IOException {
      selector = Selector.open();
    }

    @Override
    public void tell() {
      flag = true;
      selector.wakeup();
    }

    @Override
    public boolean sleepsWholeBound() throws IOException {
      if (flag) {
        return false;
      }
      findNextTimer();
      selector.selectNow(); // some library's, to let go of closed channels
      long began = System.nanoTime();
      selector.select(BOUND_MILLIS);
      return isOver(began);
    }

    @Override
    public void reset() throws IOException {
      flag = false;
      selector.selectNow();
    }

    @Override
    public void close() throws IOException {
      selector.close();
    }
  }

  // fixed

  /** The same selector, with the library's selectNow, and a waker that decides. */
  private static final class FlagAndWaker implements Mailbox {
    private final Selector selector;
    private final Waker waker;
    private volatile boolean flag;

    FlagAndWaker() throws IOException {
      selector = Selector.open();
      waker = Waker.on(selector);
    }

    @Override
    public void tell() {
      flag = true;
      waker.wake();
    }

    @Override
    public boolean sleepsWholeBound() throws Exception {
      if (flag) {
        return false;
      }
      findNextTimer();
      selector.selectNow();
      return !waker.await(Duration.ofMillis(BOUND_MILLIS)).isSignalled();
    }

    @Override
    public boolean isPending() {
      return waker.isPending();
    }

    @Override
    public void reset() {
      flag = false;
      waker.tryTake();
    }

    @Override
    public void close() throws IOException {
      waker.close();
      selector.close();
    }
  }
}
