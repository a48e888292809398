/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import dev.keelson.internal.spawn.ChunkSink;
import dev.keelson.internal.spawn.Engines;
import dev.keelson.internal.spawn.EnvironmentEdits;
import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.Stdio;
import dev.keelson.internal.spawn.TraitSupport;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.portable.PortableEngine;
import dev.keelson.process.Command;
import dev.keelson.testkit.Lane;
import dev.keelson.testkit.Procs;
import dev.keelson.testkit.engines.TestEngines;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.annotation.Nullable;

/**
 * The engines that start by the JDK, in a JVM under a limit that it exhausts between two steps of
 * theirs. Prints what it finds wrong and exits with 1 if it does.
 */
final class LimitedEngineMain {

  /** Enough for the JDK, and less than is to be free before it is asked. */
  private static final int FEW = 14;

  private static final int USR1 = 10;
  private static final String FLOOD = "while :; do echo 0123456789; done";

  private static final ChunkSink NOWHERE =
      new ChunkSink() {
        @Override
        public void chunk(ByteBuffer bytes) {
          bytes.position(bytes.limit());
        }

        @Override
        public void end(boolean complete, @Nullable IOException failure) {
          // as it may
        }
      };

  private final List<String> findings = new ArrayList<>();
  private final Deque<FileInputStream> fillers = new ArrayDeque<>();
  private final Deque<LimitedPlaces.Parked> parked = new ArrayDeque<>();

  private LimitedEngineMain() {}

  public static void main(String[] args) throws Exception {
    LimitedEngineMain main = new LimitedEngineMain();
    LimitedCommand.loadAll(Command.class);
    LimitedCommand.loadAll(Procs.class);
    main.warmUp();
    List<Step> steps =
        args[0].equals("descriptors")
            ? List.of(
                main::keepsWhatIsInAFinishedPipe,
                main::asksTheShellForNoSignal,
                main::startsNoWatchdog)
            : List.of(
                main::closesALinkThatNobodyCopies,
                main::watchesWithoutATimer,
                main::leavesNoProcessThatNobodyReads,
                main::finishesInTheEnd,
                main::leavesNoSelector);
    for (Step step : steps) {
      if (main.findings.isEmpty()) { // what has gone wrong may still take places
        step.run();
      }
    }
    Procs.children(LimitedJvm.self()).forEach(Procs::kill);
    main.findings.forEach(finding -> System.out.println("finding: " + finding));
    System.out.flush();
    Runtime.getRuntime().halt(main.findings.isEmpty() ? 0 : 1);
  }

  /** A portable engine whose thread that reads is still to be started. */
  private static SpawnEngine fresh() {
    return PortableEngine.create();
  }

  private static SpawnEngine streams() {
    return PortableEngine.withStreams();
  }

  private static List<SpawnEngine> engines() {
    return Lane.isNative()
        ? List.of(fresh(), streams(), TestEngines.named(TestEngines.PIDFDS))
        : List.of(fresh(), streams());
  }

  private static Spawned spawn(SpawnEngine engine, Stdio in, Stdio out, String... command)
      throws IOException {
    return engine.spawn(
        new SpawnRequest(
            List.of(command),
            EnvironmentEdits.NONE,
            null,
            in,
            out,
            Stdio.NULL,
            false,
            false,
            null,
            null));
  }

  private static Spawned sleeper(SpawnEngine engine, Stdio out) throws IOException {
    return spawn(engine, Stdio.NULL, out, "/bin/sleep", "1000");
  }

  /** Goes every way once, so that classes are loaded and the JDK has threads to reap with. */
  private void warmUp() throws Exception {
    for (SpawnEngine engine : engines()) {
      List<Spawned> early = new ArrayList<>();
      Link link = engine.link();
      early.add(spawn(engine, Stdio.NULL, new Stdio.Linked(link), "/bin/sh", "-c", FLOOD));
      early.add(spawn(engine, new Stdio.Linked(link), Stdio.NULL, "/bin/cat"));
      link.close();
      Spawned drained = sleeper(engine, Stdio.PIPE);
      drained.onExit(() -> {});
      drained.stdout().drainTo(NOWHERE);
      early.add(drained);
      Spawned finished = sleeper(engine, Stdio.PIPE);
      finished.stdout().finish();
      expect("a finished pipe ends", read(finished.stdout()).isEmpty());
      early.add(finished);
      boolean unused = early.get(0).signal(USR1);
      for (Spawned one : early) {
        end(one);
      }
    }
    TraitSupport unused = Engines.guard().support();
    expectNobody("at the start");
  }

  private void expect(String what, boolean holds) {
    if (!holds) {
      findings.add(what + ": no");
    }
  }

  private void expectSoon(String what, BooleanSupplier condition) throws InterruptedException {
    LimitedJvm.await(LimitedJvm.LONG, condition::getAsBoolean);
    expect(what, condition.getAsBoolean());
  }

  private void expectNobody(String when) throws InterruptedException {
    expectSoon("nobody is left " + when, () -> Procs.children(LimitedJvm.self()).isEmpty());
  }

  private void end(Spawned process) throws InterruptedException {
    var unused = process.endTree(new TreeEnding(0));
    expect("it ends", process.awaitExit(LimitedJvm.LONG));
  }

  /** Reads to the end, if that comes. */
  private static String read(ReadEnd end) throws InterruptedException {
    StringBuffer all = new StringBuffer();
    CountDownLatch over = new CountDownLatch(1);
    Thread reader =
        new Thread(
            () -> {
              byte[] some = new byte[100];
              try {
                for (int count = end.read(some, 0, some.length);
                    count > 0;
                    count = end.read(some, 0, some.length)) {
                  all.append(new String(some, 0, count, StandardCharsets.US_ASCII));
                }
              } catch (IOException e) {
                all.append(e);
              }
              over.countDown();
            });
    reader.setDaemon(true);
    reader.start();
    return over.await(LimitedJvm.LONG, TimeUnit.NANOSECONDS) ? all.toString() : "no end";
  }

  // Descriptors

  private void leaveDescriptors(int free) throws IOException {
    LimitedDescriptors.fill(fillers);
    for (int i = 0; i < free; i++) {
      fillers.pop().close();
    }
  }

  private void giveDescriptorsBack() throws IOException {
    while (!fillers.isEmpty()) {
      fillers.pop().close();
    }
  }

  /** How much is in a pipe is asked by a descriptor. */
  private void keepsWhatIsInAFinishedPipe() throws Exception {
    Spawned child = spawn(fresh(), Stdio.NULL, Stdio.PIPE, "/bin/echo", "last");
    expect("it ends", child.awaitExit(LimitedJvm.LONG));
    leaveDescriptors(0);
    child.stdout().finish();
    giveDescriptorsBack();
    String read = read(child.stdout());
    expect("what was in the pipe is read, and not \"" + read + "\"", read.equals("last\n"));
    child.stdout().close();
  }

  private void asksTheShellForNoSignal() throws Exception {
    Spawned child = sleeper(fresh(), Stdio.NULL);
    leaveDescriptors(FEW);
    String said = "nothing";
    try {
      boolean unused = child.signal(USR1);
    } catch (IOException e) {
      said = e.getMessage();
    }
    giveDescriptorsBack();
    expect("a signal that takes a shell is refused, and not " + said, said.contains("error=24"));
    end(child);
  }

  private void startsNoWatchdog() throws Exception {
    leaveDescriptors(FEW);
    Object entry = Engines.guard().enter("KEELSON_ID=limited-engine");
    giveDescriptorsBack();
    TraitSupport support = Engines.guard().support();
    expect("nobody is guarded", entry == null);
    expect(
        "the guard is absent for want of descriptors: " + support,
        support.level() == TraitSupport.Level.ABSENT && support.reason().contains("error=24"));
    expectNobody("who was to watch");
    Object next = Engines.guard().enter("KEELSON_ID=limited-engine-again");
    expect("the next one is guarded", next != null);
  }

  // Processes and threads

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

  /** Something that is tried. */
  interface Step {
    void run() throws Exception;
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
