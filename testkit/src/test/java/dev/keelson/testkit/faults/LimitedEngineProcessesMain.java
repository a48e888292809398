/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.Stdio;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets processes and threads run out between two steps of an engine. */
final class LimitedEngineProcessesMain extends LimitedEngineJvm {

  private final Deque<LimitedPlaces.Parked> parked = new ArrayDeque<>();

  private LimitedEngineProcessesMain() {}

  public static void main(String[] args) throws Exception {
    new LimitedEngineProcessesMain().run();
  }

  @Override
  List<Step> steps() {
    return List.of(
        this::closesALinkThatNobodyCopies,
        this::watchesWithoutATimer,
        this::leavesNoProcessThatNobodyReads,
        this::finishesInTheEnd,
        this::leavesNoSelector);
  }

  /** Leaves so many places, and no thread that is idle. */
  private void leave(int free) throws InterruptedException {
    expectSoon(
        "the threads that are idle end",
        () -> !LimitedJvm.isRunning("keelson-timer", "keelson-worker"));
    LimitedPlaces.leave(free, parked);
  }

  private void giveBack() throws InterruptedException {
    LimitedPlaces.end(parked, parked.size());
  }

  private void expectNoThread(String what, Step step) throws Exception {
    try {
      step.run();
      findings.add(what + " had a thread");
    } catch (OutOfMemoryError e) {
      // as it should be
    }
  }

  /** Takes the places that threads of the JDK's may have left meanwhile, too. */
  private void leaveNone() throws InterruptedException {
    LimitedPlaces.leave(0, parked);
  }

  private void watchesWithoutATimer() throws Exception {
    for (SpawnEngine engine : engines()) {
      watchesWithoutATimer(engine);
    }
  }

  private void watchesWithoutATimer(SpawnEngine engine) throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    leave(1);
    Spawned child = null;
    try {
      child = sleeper(engine, Stdio.NULL);
      leaveNone();
      child.onExit(ended::countDown);
    } catch (OutOfMemoryError e) {
      findings.add(engine.name() + " cannot watch: " + e);
    }
    giveBack();
    if (child != null) {
      end(child);
      expect("the end is told", ended.await(LimitedJvm.LONG, TimeUnit.NANOSECONDS));
    }
    expectNobody("of " + engine.name());
  }

  private void leavesNoProcessThatNobodyReads() throws Exception {
    SpawnEngine engine = streams();
    leave(1);
    expectNoThread("a reader", () -> sleeper(engine, Stdio.PIPE));
    giveBack();
    expectNobody("whose output nobody reads");
  }

  private void closesALinkThatNobodyCopies() throws Exception {
    SpawnEngine engine = streams();
    Link link = engine.link();
    leave(3);
    Spawned writer = spawn(engine, Stdio.NULL, new Stdio.Linked(link), "/bin/sh", "-c", FLOOD);
    expectNoThread("a copy", () -> spawn(engine, new Stdio.Linked(link), Stdio.NULL, "/bin/cat"));
    link.close();
    giveBack();
    end(writer);
    expectNobody("of a link");
    expectSoon(
        "nobody reads from a link that is closed", () -> !LimitedJvm.isRunning("keelson-worker"));
  }

  private void finishesInTheEnd() throws Exception {
    leave(2);
    Spawned child = sleeper(streams(), Stdio.PIPE);
    leaveNone();
    expectNoThread("a look", () -> child.stdout().finish());
    giveBack();
    child.stdout().finish();
    String read = read(child.stdout());
    expect("what is finished again ends, and not " + read, read.isEmpty());
    end(child);
  }

  private void leavesNoSelector() throws Exception {
    SpawnEngine engine = fresh();
    long before = selectors();
    leave(1);
    Spawned child = sleeper(engine, Stdio.PIPE);
    leaveNone();
    expectNoThread("the loop", () -> child.stdout().drainTo(NOWHERE));
    giveBack();
    end(child);
    long now = selectors();
    expect("no selector is left: " + before + " -> " + now, now <= before);
  }

  private static long selectors() {
    File directory = new File("/proc/self/fd");
    return Arrays.stream(directory.list())
        .filter(
            name -> {
              try {
                Path target = Files.readSymbolicLink(directory.toPath().resolve(name));
                return target.toString().equals("anon_inode:[eventpoll]");
              } catch (IOException closedMeanwhile) {
                return false;
              }
            })
        .count();
  }
}
