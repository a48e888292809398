/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.Trait;
import dev.keelson.internal.spawn.TraitSupport;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import dev.keelson.internal.spawn.WriteEnd;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.annotation.Nullable;

/**
 * The real engine, of whose processes nobody sees the end before they are let go: as if the system
 * held them.
 */
final class HeldEngine implements SpawnEngine {

  /** What this engine can get wrong. */
  enum Bug {
    NONE,
    /** It says of a process that is held that it only takes its time. */
    CALLS_IT_SLOW
  }

  /** Whoever waits longer than this after KILL is let go, or a planted bug would take its time. */
  private static final long ENOUGH = TimeUnit.SECONDS.toNanos(1);

  private final SpawnEngine engine;
  private final Bug bug;
  private final CountDownLatch free = new CountDownLatch(1);
  private final CompletableFuture<Void> freed = new CompletableFuture<>();
  private final AtomicLong waited = new AtomicLong();

  HeldEngine(SpawnEngine engine, Bug bug) {
    this.engine = engine;
    this.bug = bug;
  }

  void letGo() {
    free.countDown();
    freed.complete(null);
  }

  /** How long callers wanted to wait, in all, for an end after the ending of the tree. */
  long waitedMillis() {
    return TimeUnit.NANOSECONDS.toMillis(waited.get());
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public Map<Trait, TraitSupport> traits() {
    return engine.traits();
  }

  @Override
  public Spawned spawn(SpawnRequest request) throws IOException {
    return new HeldSpawned(engine.spawn(request));
  }

  @Override
  public Link link() throws IOException {
    return engine.link();
  }

  private final class HeldSpawned implements Spawned {
    private final Spawned process;
    private volatile boolean killed;

    HeldSpawned(Spawned process) {
      this.process = process;
    }

    @Override
    public long pid() {
      return process.pid();
    }

    @Override
    public Instant startedAt() {
      return process.startedAt();
    }

    @Override
    public @Nullable ExitReport exit() {
      return isFree() ? process.exit() : null;
    }

    @Override
    public boolean awaitExit(long nanos) throws InterruptedException {
      if (killed && waited.addAndGet(nanos) > ENOUGH) {
        letGo();
      }
      return free.await(nanos, TimeUnit.NANOSECONDS) && process.awaitExit(nanos);
    }

    @Override
    public void onExit(Runnable action) {
      var unused = freed.thenRun(() -> process.onExit(action));
    }

    @Override
    public boolean signal(int signal) throws IOException {
      return process.signal(signal);
    }

    @Override
    public TreeReport endTree(TreeEnding how) {
      TreeReport report = process.endTree(how);
      killed = true;
      return report;
    }

    @Override
    public boolean isHeld() {
      return bug == Bug.NONE && !isFree();
    }

    private boolean isFree() {
      return free.getCount() == 0;
    }

    @Override
    public ProcessHandle toHandle() {
      return process.toHandle();
    }

    @Override
    public @Nullable WriteEnd stdin() {
      return process.stdin();
    }

    @Override
    public @Nullable ReadEnd stdout() {
      return process.stdout();
    }

    @Override
    public @Nullable ReadEnd stderr() {
      return process.stderr();
    }
  }
}
