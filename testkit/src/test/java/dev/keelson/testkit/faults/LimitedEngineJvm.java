/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import dev.keelson.internal.spawn.ChunkSink;
import dev.keelson.internal.spawn.EnvironmentEdits;
import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.Stdio;
import dev.keelson.internal.spawn.TraitSupport;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.engines.Engines;
import dev.keelson.internal.spawn.portable.PortableEngine;
import dev.keelson.process.Command;
import dev.keelson.testkit.Lane;
import dev.keelson.testkit.Procs;
import dev.keelson.testkit.engines.TestEngines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.annotation.Nullable;

/**
 * The engines that start by the JDK, in a JVM under a limit that it exhausts between two steps of
 * theirs. Prints what it finds wrong and exits with 1 if it does.
 */
abstract class LimitedEngineJvm {

  static final int USR1 = 10;
  static final String FLOOD = "while :; do echo 0123456789; done";

  static final ChunkSink NOWHERE =
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

  final List<String> findings = new ArrayList<>();

  /** Something that is tried. */
  interface Step {
    void run() throws Exception;
  }

  /** What is tried in turn. */
  abstract List<Step> steps();

  /** Does not return. */
  void run() throws Exception {
    LimitedCommand.loadAll(Command.class);
    LimitedCommand.loadAll(Procs.class);
    warmUp();
    for (Step step : steps()) {
      if (findings.isEmpty()) { // what has gone wrong may still take places
        step.run();
      }
    }
    Procs.children(LimitedJvm.self()).forEach(Procs::kill);
    findings.forEach(finding -> System.out.println("finding: " + finding));
    System.out.flush();
    Runtime.getRuntime().halt(findings.isEmpty() ? 0 : 1);
  }

  /** A portable engine whose thread that reads is still to be started. */
  static SpawnEngine fresh() {
    return PortableEngine.create();
  }

  static SpawnEngine streams() {
    return PortableEngine.withStreams();
  }

  static List<SpawnEngine> engines() {
    return Lane.isNative()
        ? List.of(fresh(), streams(), TestEngines.named(TestEngines.PIDFDS))
        : List.of(fresh(), streams());
  }

  static Spawned spawn(SpawnEngine engine, Stdio in, Stdio out, String... command)
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

  static Spawned sleeper(SpawnEngine engine, Stdio out) throws IOException {
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

  void expect(String what, boolean holds) {
    if (!holds) {
      findings.add(what + ": no");
    }
  }

  void expectSoon(String what, BooleanSupplier condition) throws InterruptedException {
    LimitedJvm.await(LimitedJvm.LONG, condition::getAsBoolean);
    expect(what, condition.getAsBoolean());
  }

  void expectNobody(String when) throws InterruptedException {
    expectSoon("nobody is left " + when, () -> Procs.children(LimitedJvm.self()).isEmpty());
  }

  void end(Spawned process) throws InterruptedException {
    var unused = process.endTree(new TreeEnding(0));
    expect("it ends", process.awaitExit(LimitedJvm.LONG));
  }

  /** Reads to the end, if that comes. */
  static String read(ReadEnd end) throws InterruptedException {
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
}
