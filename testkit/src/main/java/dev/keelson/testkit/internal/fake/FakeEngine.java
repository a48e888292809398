/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.Stdio;
import dev.keelson.internal.spawn.Trait;
import dev.keelson.internal.spawn.TraitSupport;
import dev.keelson.internal.spawn.engines.Engines;
import dev.keelson.internal.threads.Time;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.annotation.Nullable;

/**
 * An engine whose processes are threads: below it everything is fake, above it nothing. What is
 * launched is decided by a {@link Script}; what that passes through goes to the chosen real engine.
 */
public final class FakeEngine implements SpawnEngine {

  /** Beyond the largest pid that Linux can give, so that nobody mistakes one for a real process. */
  private static final long FIRST_PID = 10_000_000;

  private final VirtualClock clock;
  private final Script script;
  private final Supplier<SpawnEngine> real;
  private final AtomicLong pids = new AtomicLong(FIRST_PID);

  /** An engine for what {@code script} says. */
  public FakeEngine(VirtualClock clock, Script script) {
    this(clock, script, Engines::chosen);
  }

  FakeEngine(VirtualClock clock, Script script, Supplier<SpawnEngine> real) {
    this.clock = clock;
    this.script = script;
    this.real = real;
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public Time time() {
    return clock;
  }

  @Override
  public Spawned spawn(SpawnRequest request) throws IOException {
    Launch launch = new Launch(request, pids);
    Script.Answer answer = script.answer(launch);
    if (answer.program() == null) {
      return RealSpawned.spawn(real.get(), request, clock);
    }
    @Nullable
    FakePipe in = request.stdin() instanceof Stdio.Pipe ? new FakePipe(clock, 0, true) : null;
    @Nullable
    FakePipe out = request.stdout() instanceof Stdio.Pipe ? new FakePipe(clock, 1, false) : null;
    @Nullable
    FakePipe err =
        request.stderr() instanceof Stdio.Pipe && !request.mergeStderr()
            ? new FakePipe(clock, 1, false)
            : null;
    Proc process =
        new Proc(
            clock, pids.getAndIncrement(), launch, streams(request, in, out, err), script::failed);
    FakeSpawned spawned =
        new FakeSpawned(
            process,
            clock,
            in == null ? null : new FakeWriteEnd(in),
            out == null ? null : new FakeReadEnd(out),
            err == null ? null : new FakeReadEnd(err));
    answer.begun().accept(new Trail(process, in));
    process.begin(answer.program());
    return spawned;
  }

  private static Streams streams(
      SpawnRequest request, @Nullable FakePipe in, @Nullable FakePipe out, @Nullable FakePipe err)
      throws IOException {
    Channel input = input(request.stdin(), in);
    Channel output = FileChannels.nothing();
    try {
      output = output(request.stdout(), out, true);
      Channel error =
          request.mergeStderr() ? FileChannels.nothing() : output(request.stderr(), err, false);
      return new Streams(input, output, error, request.mergeStderr());
    } catch (IOException | RuntimeException e) {
      Streams opened = new Streams(input, output, FileChannels.nothing(), false);
      opened.hold();
      opened.release(); // by the last one, and so it closes them
      throw e;
    }
  }

  private static Channel input(Stdio stdio, @Nullable FakePipe pipe) throws IOException {
    if (pipe != null) {
      return pipe;
    }
    return stdio instanceof Stdio.Linked linked ? pipe(linked.link()) : FileChannels.input(stdio);
  }

  private static Channel output(Stdio stdio, @Nullable FakePipe pipe, boolean out)
      throws IOException {
    if (pipe != null) {
      return pipe;
    }
    return stdio instanceof Stdio.Linked linked
        ? pipe(linked.link())
        : FileChannels.output(stdio, out);
  }

  private static FakePipe pipe(Link link) {
    return ((FakeLink) link).pipe();
  }

  @Override
  public Link link() {
    return new FakeLink(new FakePipe(clock, 1, false));
  }

  @Override
  public Map<Trait, TraitSupport> traits() {
    Map<Trait, TraitSupport> traits = new EnumMap<>(Trait.class);
    for (Trait trait : Trait.values()) {
      traits.put(trait, support(trait));
    }
    return traits;
  }

  private static TraitSupport support(Trait trait) {
    return switch (trait) {
      case EXACT_STATUS, ANY_SIGNAL, NO_RECYCLED_PID, TREE_TEARDOWN ->
          TraitSupport.kept("of fake processes everything is known");
      case NO_THREAD_PER_CHILD ->
          TraitSupport.weaker("a worker of Keelson's runs the program of each fake process");
      case WAKEABLE_STREAMS, HELD_PIPE_POLICY, VIRTUAL_THREADS ->
          TraitSupport.kept("pipes are queues in memory");
      case NO_DESCRIPTOR_LEAK,
          OWN_SESSION,
          CLEAN_SIGNAL_MASK,
          COOKIE,
          ORPHAN_GUARD,
          RESOURCE_USAGE,
          HIDDEN_ARGUMENTS ->
          TraitSupport.absent("a fake process is none of the system's");
    };
  }

  /** A pipe between two fakes. */
  private static final class FakeLink implements Link {
    private final FakePipe pipe;
    private final AtomicBoolean closed = new AtomicBoolean();

    FakeLink(FakePipe pipe) {
      this.pipe = pipe;
      pipe.addWriter();
    }

    FakePipe pipe() {
      return pipe;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        pipe.removeWriter();
        pipe.removeReader();
      }
    }
  }
}
