/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.engines;

import dev.keelson.internal.spawn.Errno;
import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.Trait;
import dev.keelson.internal.spawn.TraitSupport;
import dev.keelson.spi.SchedulePoints;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Tries again when a program's file is busy being written.
 *
 * <p>A program that was just written and closed can still be open for writing in a child that
 * another thread is starting, between its clone and its exec, and Linux then refuses to run it
 * (ETXTBSY). That passes in a moment, so a refused start is repeated after 1, 2, 4 ... 64 ms, for
 * about a second in all; then the system's error is passed on. An interrupt ends the waiting.
 */
final class BusyRetry implements SpawnEngine {

  private static final int LONGEST_PAUSE_MILLIS = 64;
  private static final int MOST_MILLIS = 1_000;

  private final SpawnEngine engine;

  BusyRetry(SpawnEngine engine) {
    this.engine = engine;
  }

  @Override
  public Spawned spawn(SpawnRequest request) throws IOException {
    int pause = 1;
    for (int waited = 0; ; waited += pause) {
      try {
        return engine.spawn(request);
      } catch (IOException e) {
        if (Errno.of(e) != Errno.ETXTBSY
            || waited >= MOST_MILLIS
            || Thread.currentThread().isInterrupted()) {
          throw e;
        }
      }
      SchedulePoints.reach("spawn.busy");
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause));
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
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
  public void rehearse() {
    engine.rehearse();
  }

  @Override
  public Link link() throws IOException {
    return engine.link();
  }
}
