/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.testkit.HeapGrowth;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Two bugs that an asynchronous web server had one after the other. First what ran was held weakly
 * and collected in the middle; the cure for that never let go of it.
 */
final class S10WorkThatIsForgotten implements Story {

  private static final int REQUESTS = 40;
  private static final Duration DEADLINE = Duration.ofSeconds(1);

  @Override
  public String id() {
    return "S10";
  }

  @Override
  public String title() {
    return "work that is collected while it runs, and work that is never collected";
  }

  /** A way to remember who is waiting for the answer to which request. */
  interface Loop {
    /** Handles a request: its page is built when the data comes. */
    CompletableFuture<String> handle(int request);

    /** The data has come for all who wait. */
    void dataHasCome();
  }

  @Override
  public void tell(Stage stage) throws Exception {
    stage.say(
        "An event loop hands the data to whoever waits for it. A collection happens while "
            + REQUESTS
            + " requests wait, each with a page of 1 MB; then the data comes, and everybody is"
            + " answered and dropped. 1. It remembers the waiting by weak references. 2. By a weak"
            + " map from the future to the work, which knows the future. 3. By weak references, and"
            + " each is pinned until its future is complete.");
    Table table = new Table(List.of("the loop remembers by", "answered", "never", "MB kept after"));
    Outcome weak = row(stage, table, "weak references", new EventLoops.WeakLoop());
    Outcome map = row(stage, table, "a weak map", new EventLoops.WeakMapLoop());
    Outcome pinned = row(stage, table, "weak references and pins", new EventLoops.PinnedLoop());
    stage.show(table);
    stage.row("requests that are never answered", weak.never() + "", pinned.never() + "");
    stage.row("kept after the answer", map.kept() + " MB", pinned.kept() + " MB");
    stage.wound(weak.never() > 0, "work is collected while it runs");
    stage.wound(map.kept() > 0, "work that is done is never collected");
    stage.expect(pinned.never() == 0, "what runs is not collected");
    stage.expect(pinned.kept() == 0, "what is done is collected");
    hunt(stage);
  }

  /** A test would have found the second bug: what grows in every round and not in the cured one. */
  private static void hunt(Stage stage) throws Exception {
    EventLoops.WeakMapLoop broken = new EventLoops.WeakMapLoop();
    EventLoops.PinnedLoop cured = new EventLoops.PinnedLoop();
    HeapGrowth leaking =
        stage.step("the weak map, counted", () -> HeapGrowth.of(3, 4, () -> one(broken)));
    HeapGrowth clean = stage.step("the pins, counted", () -> HeapGrowth.of(3, 4, () -> one(cured)));
    HeapGrowth difference = leaking.minus(clean);
    stage.say("What grows with a weak map, and not with pins, as HeapGrowth tells it:");
    String message = "";
    try {
      stage.step("the path to one of them", () -> assertNone(difference));
    } catch (AssertionError e) {
      message = String.valueOf(e.getMessage());
    } finally {
      Reference.reachabilityFence(broken); // what it keeps must be there to be found
    }
    stage.show(message);
    stage.expect(message.contains("EventLoops"), "the leaking class is named");
  }

  private static boolean assertNone(HeapGrowth growth) {
    growth.assertNone();
    return true;
  }

  private static void one(Loop loop) throws Exception {
    CompletableFuture<String> answer = loop.handle(1);
    loop.dataHasCome();
    answer.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private record Outcome(int answered, int never, int kept) {}

  private static Outcome row(Stage stage, Table table, String name, Loop loop) throws Exception {
    Outcome outcome = stage.step(name, () -> serve(loop));
    table.row(
        List.of(
            name,
            String.valueOf(outcome.answered()),
            String.valueOf(outcome.never()),
            String.valueOf(outcome.kept())));
    return outcome;
  }

  private static Outcome serve(Loop loop) throws Exception {
    List<CompletableFuture<String>> answers = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      answers.add(loop.handle(i));
    }
    collect();
    loop.dataHasCome();
    int answered = 0;
    long end = System.nanoTime() + DEADLINE.toNanos();
    for (CompletableFuture<String> answer : answers) {
      try {
        answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        answered++;
      } catch (TimeoutException e) {
        // nobody is left who could answer
      }
    }
    answers.clear();
    collect();
    return new Outcome(answered, REQUESTS - answered, EventLoops.Page.countKept());
  }

  private static void collect() {
    WeakReference<Object> canary = new WeakReference<>(new Object());
    for (int i = 0; i < 20 && canary.get() != null; i++) {
      System.gc();
    }
  }
}
