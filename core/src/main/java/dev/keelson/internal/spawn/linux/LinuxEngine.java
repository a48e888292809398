/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.Trait;
import dev.keelson.internal.spawn.TraitSupport;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;

/** Starts processes with {@code posix_spawn} and watches them by pidfds. */
public final class LinuxEngine implements SpawnEngine {

  private final Kernel kernel;
  private final JdkWords words;
  private final Regions regions;
  private final ReentrantLock starting = new ReentrantLock();

  /** Written once, holding {@code starting}. */
  private volatile @Nullable Machine machine;

  LinuxEngine(Kernel kernel, SpawnEngine portable) {
    this.kernel = kernel;
    words = new JdkWords(portable);
    regions = new Regions(kernel);
  }

  /**
   * The best that these calls allow, over {@code portable} where they do not allow everything.
   * Looks once what works; starts and opens nothing that stays.
   */
  public static SpawnEngine create(Kernel kernel, SpawnEngine portable) {
    return create(kernel, portable, Tier.of(kernel));
  }

  /** What these calls allow, where that has been found out. */
  public static SpawnEngine create(Kernel kernel, SpawnEngine portable, Tier tier) {
    return switch (tier.level()) {
      case FULL -> new LinuxEngine(kernel, portable);
      case PIDFDS_ONLY -> new PidfdEngine(kernel, portable);
      case NOTHING -> portable;
    };
  }

  @Override
  public String name() {
    return "linux";
  }

  @Override
  public Map<Trait, TraitSupport> traits() {
    return LinuxTraits.all();
  }

  @Override
  public Link link() throws IOException {
    Pipes.Pipe pipe = Pipes.open(kernel, regions);
    return new PipeLink(kernel, pipe.read(), pipe.write());
  }

  @Override
  public Spawned spawn(SpawnRequest request) throws IOException {
    Machine shared = machine();
    Wiring wiring = new Wiring(kernel, shared.loop(), regions);
    Adoption adoption = null;
    boolean started = false;
    try {
      LaunchBlock block = new LaunchBlock(regions, request, shared.environment());
      int pid;
      try {
        wiring.connect(request, block.plan());
        block.plan().ownSession = request.ownSession();
        block.plan().defaultSignals = shared.defaultSignals();
        adoption = new Adoption(shared, request, wiring);
        pid = new Starter(kernel).start(request, block);
      } finally {
        block.free();
      }
      if (pid < 0) {
        throw Failures.cannotRun(kernel, words, request.command().get(0), request.directory(), pid);
      }
      Spawned child = adoption.adopt(pid);
      started = true;
      wiring.started();
      return child;
    } finally {
      if (!started) {
        if (adoption != null) {
          adoption.giveUp();
        }
        wiring.abandon();
      }
    }
  }

  @Override
  public void rehearse() {
    Trees.rehearse(kernel);
  }

  private Machine machine() throws IOException {
    Machine running = machine;
    if (running != null) {
      return running;
    }
    starting.lock();
    try {
      running = machine;
      if (running == null) {
        running = Machine.start(kernel, regions);
        machine = running;
      }
      return running;
    } finally {
      starting.unlock();
    }
  }
}
