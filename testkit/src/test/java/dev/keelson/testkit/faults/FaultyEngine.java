/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.Trait;
import dev.keelson.internal.spawn.TraitSupport;
import dev.keelson.internal.spawn.engines.Engines;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The real engine, until it reaches the step at which it is to fail. */
final class FaultyEngine implements SpawnEngine {

  private final SpawnEngine engine = Engines.chosen();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger spawned = new AtomicInteger();
  private volatile Fault fault = Fault.NONE;

  /** From now on it fails there. */
  void failAt(Fault step) {
    fault = step;
    failures.set(0);
  }

  /** How often it has failed. */
  int failures() {
    return failures.get();
  }

  /** How many processes it has started. */
  int spawned() {
    return spawned.get();
  }

  boolean failsAt(Fault step) {
    return fault == step;
  }

  /** Fails with an I/O error if this is the step. */
  void io(Fault step) throws IOException {
    if (fault == step) {
      failures.incrementAndGet();
      throw new IOException("injected at " + step);
    }
  }

  /** Fails as no engine should if this is the step. */
  void unchecked(Fault step) {
    if (fault == step) {
      failures.incrementAndGet();
      throw new IllegalStateException("injected at " + step);
    }
  }

  /** Fails with an error if this is the step. */
  void error(Fault step) {
    if (fault == step) {
      failures.incrementAndGet();
      throw new OutOfMemoryError("injected at " + step);
    }
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
    if (fault == Fault.SPAWN_REFUSED) {
      failures.incrementAndGet();
      throw new IOException("Cannot run program: error=11, Resource temporarily unavailable");
    }
    unchecked(Fault.SPAWN_THROWS_UNCHECKED);
    Spawned process = engine.spawn(request);
    spawned.incrementAndGet();
    return new FaultySpawned(process, this);
  }

  @Override
  public Link link() throws IOException {
    io(Fault.LINK);
    if (fault == Fault.LINK_SHORT_FOR_A_MOMENT && failures.incrementAndGet() < 3) {
      throw new IOException("error=24, Too many open files");
    }
    return engine.link();
  }
}
