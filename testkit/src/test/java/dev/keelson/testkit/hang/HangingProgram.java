/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hang;

import dev.keelson.lock.HangReport.Kind;
import java.util.List;
import java.util.stream.Stream;

/**
 * Small programs that hang. Those to blame are the threads whose names begin with "culprit": the
 * owner, or all members of a circle. The others are bystanders.
 */
enum HangingProgram {
  OWNER_ENDED(Kind.ABANDONED, HangScenes::ownerEnded),
  OWNER_OVERFLOWED(Kind.ABANDONED, HangScenes::ownerOverflowed),
  DEAD_WRITER_READ(Kind.ABANDONED, HangScenes::deadWriterRead),
  SIGNALLER_DIED(Kind.ABANDONED, HangScenes::signallerDied),
  POLLING_FOR_THE_DEAD(Kind.ABANDONED, HangScenes::pollingForTheDead),
  TWO_LOCKS(Kind.DEADLOCK, HangScenes::twoLocks),
  TWO_JDK_LOCKS(Kind.DEADLOCK, HangScenes::twoJdkLocks),
  THREE_LOCKS(Kind.DEADLOCK, HangScenes::threeLocks),
  THREE_MIXED_LOCKS(Kind.DEADLOCK, HangScenes::threeMixedLocks),
  MONITOR_AND_LOCK(Kind.DEADLOCK, HangScenes::monitorAndLock),
  TWO_MONITORS(Kind.DEADLOCK, HangScenes::twoMonitors),
  TWO_LOCKS_VIRTUAL(Kind.DEADLOCK, HangScenes::twoLocksVirtual),
  VIRTUAL_AND_PLATFORM(Kind.DEADLOCK, HangScenes::virtualAndPlatform),
  VIRTUAL_LONG_HOLD(Kind.LONG_HOLD, HangScenes::virtualLongHold),
  LONG_READ(Kind.LONG_HOLD, HangScenes::longRead),
  LONG_MONITOR(Kind.LONG_HOLD, HangScenes::longMonitor),
  BEHIND_ANOTHER(Kind.LONG_HOLD, HangScenes::behindAnother),
  POOL_WAITS_FOR_ITSELF(Kind.STALLED, HangScenes::poolWaitsForItself),
  POOL_WAITS_WITH_LOCK(Kind.LONG_HOLD, HangScenes::poolWaitsWithLock),

  /** Needs virtual threads: the lock is free, and its next owner has no carrier to run on. */
  STARVED_HAND_OFF(Kind.STALLED, HangScenes::starvedHandOff),

  /** In its place before those. */
  POOL_JOINS_ITSELF(Kind.STALLED, HangScenes::poolJoinsItself),

  /** Does not hang, and nobody is to blame. */
  HEALTHY(null, HangScenes::healthy);

  /** How it begins; returns when only the last waits are missing. */
  interface Scene {
    void begin() throws Exception;
  }

  final Kind kind;
  private final Scene scene;

  HangingProgram(Kind kind, Scene scene) {
    this.kind = kind;
    this.scene = scene;
  }

  void begin() throws Exception {
    scene.begin();
  }

  /** The twenty of this JVM. */
  static List<HangingProgram> all() {
    HangingProgram other = Threads.areVirtual() ? POOL_JOINS_ITSELF : STARVED_HAND_OFF;
    return Stream.of(values()).filter(each -> each != other && each != HEALTHY).toList();
  }
}
