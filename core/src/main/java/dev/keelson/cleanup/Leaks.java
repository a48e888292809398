/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import dev.keelson.internal.threads.Daemons;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/**
 * A realm's leak level and what was found of leaks: one report a place, for the first so many
 * places. Safe for use by multiple threads.
 */
final class Leaks {

  /** How many places are kept apart. */
  static final int PLACES = 256;

  private record Place(String ownerType, List<StackTraceElement> site) {}

  private final String realm;
  private final LeakLevel level;

  private final @Nullable LeakListener listener;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<Place, LeakReport> reports = new LinkedHashMap<>();

  @GuardedBy("lock")
  private long elsewhere;

  Leaks(String realm, LeakLevel level, @Nullable LeakListener listener) {
    this.realm = realm;
    this.level = level;
    this.listener = listener;
  }

  LeakLevel level() {
    return level;
  }

  String realm() {
    return realm;
  }

  Track follow(Object owner) {
    return new Track(owner, level.recordsUses(), level.oneIn() == LeakLevel.ALL);
  }

  /** What a state says of itself; never fails. */
  static String label(Object state) {
    if (!(state instanceof LeakLabel labelled)) {
      return "";
    }
    try {
      return String.valueOf(labelled.leakLabel());
    } catch (Throwable e) { // other languages throw what they like
      return "its label failed: " + e.getClass().getName();
    }
  }

  /** An owner that was followed is gone without close; never fails. */
  void found(Track track, String label) {
    try {
      Place place = new Place(track.ownerType(), track.site());
      LeakReport latest = new LeakReport(track, realm, label, place.site, Instant.now());
      LeakReport first = count(place, latest);
      Flight.leaked(latest);
      if (first != null) {
        tell(first);
      }
    } catch (Throwable e) { // of a listener: other languages throw what they like
      Daemons.complain(Leaks.class, "a leak could not be reported", e);
    }
  }

  /** Counts it; returns the report if it is the place's first. */
  private @Nullable LeakReport count(Place place, LeakReport latest) {
    lock.lock();
    try {
      LeakReport before = reports.get(place);
      if (before == null && reports.size() == PLACES) {
        elsewhere++;
        return null;
      }
      reports.put(place, before == null ? latest : before.again(latest));
      return before == null ? latest : null;
    } finally {
      lock.unlock();
    }
  }

  private void tell(LeakReport report) {
    if (listener != null) {
      listener.leaked(report);
    } else {
      Daemons.complain(Leaks.class, report.toString(), null);
    }
  }

  List<LeakReport> reports() {
    lock.lock();
    try {
      return List.copyOf(reports.values());
    } finally {
      lock.unlock();
    }
  }

  /** How many leaks were found at places beyond the first {@value #PLACES}. */
  long elsewhere() {
    lock.lock();
    try {
      return elsewhere;
    } finally {
      lock.unlock();
    }
  }
}
