/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.spi.Creation;
import dev.keelson.spi.CreationListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.annotation.Nullable;

/**
 * Remembers what Keelson has created and not ended yet. It adds sites and intentions to what a
 * census finds by itself; a census never depends on it.
 *
 * <p><b>Thread safety.</b> Safe for use by multiple threads. Every call is a few memory accesses:
 * no lock is held while foreign code runs, and the system is asked only until a first child's
 * cookie is known.
 *
 * <p><b>Limitations.</b> All instances share one log, since the ServiceLoader makes its own. It
 * holds at most {@value #CAPACITY} things; what comes after that has no site.
 */
public final class CreationLog implements CreationListener {

  private static final int CAPACITY = 1 << 16;
  private static final int RECENT = 1 << 12;

  /** Too short for the system to come round to the same pid, even if it did nothing but fork. */
  private static final long LATELY_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final ConcurrentMap<Key, Entry> LIVE = new ConcurrentHashMap<>();
  private static final AtomicReferenceArray<Ended> ENDED = new AtomicReferenceArray<>(RECENT);
  private static final AtomicInteger NEXT = new AtomicInteger();

  /** A process that has ended, and {@link System#nanoTime} of that. */
  private record Ended(long pid, long at) {}

  /** Ids of files need not be unique: their paths are. */
  private record Key(Creation.Kind kind, long id, String path) {

    static Key of(Creation creation) {
      boolean file = creation.kind() == Creation.Kind.FILE;
      return new Key(creation.kind(), file ? 0 : creation.id(), file ? creation.name() : "");
    }
  }

  /**
   * Something that lives.
   *
   * @param creation what it is
   * @param retained whether Keelson keeps it for reuse
   * @param since {@link System#nanoTime} at its creation
   * @param token for which scope it was created, if for any
   */
  public record Entry(Creation creation, boolean retained, long since, @Nullable ScopeToken token) {

    /** How long ago it was created. */
    public Duration age() {
      return Duration.ofNanos(Math.max(0, System.nanoTime() - since));
    }
  }

  @Override
  public void created(Creation creation) {
    ScopeToken token = ScopeToken.current();
    put(new Entry(creation, false, System.nanoTime(), token));
    if (creation.kind() == Creation.Kind.PROCESS) {
      if (token != null) {
        token.started(creation);
      }
      if (OwnCookies.isEmpty()) {
        OwnCookies.learn(creation.id());
      }
    }
  }

  @Override
  public void retained(Creation creation) {
    Entry known = LIVE.get(Key.of(creation));
    if (known == null || known.creation == creation) {
      long since = known == null ? System.nanoTime() : known.since;
      put(new Entry(creation, true, since, known == null ? null : known.token));
    }
  }

  /**
   * Forgets the creation, and only that: when the end of a descriptor is told late, its number may
   * have been given to another one already.
   */
  @Override
  public void ended(Creation creation) {
    if (creation.kind() == Creation.Kind.PROCESS) {
      int slot = (NEXT.getAndIncrement() & Integer.MAX_VALUE) % RECENT;
      ENDED.set(slot, new Ended(creation.id(), System.nanoTime()));
    }
    LIVE.computeIfPresent(
        Key.of(creation), (key, known) -> known.creation == creation ? null : known);
  }

  /** Locks may be many and end unseen; a number that is not known helps nobody. */
  private static void put(Entry entry) {
    Creation.Kind kind = entry.creation.kind();
    boolean useful = kind == Creation.Kind.FILE || entry.creation.id() >= 0;
    if (!useful || kind == Creation.Kind.LOCK) {
      return;
    }
    Key key = Key.of(entry.creation);
    if (LIVE.size() < CAPACITY || LIVE.containsKey(key)) {
      LIVE.put(key, entry);
    }
  }

  /** What is known of the thing with this number; null if Keelson did not create it. */
  public static @Nullable Entry find(Creation.Kind kind, long id) {
    return LIVE.get(new Key(kind, id, ""));
  }

  /** Everything of a kind that lives. */
  public static List<Entry> all(Creation.Kind kind) {
    return LIVE.values().stream().filter(entry -> entry.creation.kind() == kind).toList();
  }

  /** Everything that lives and was created for a scope, or for one inside it. */
  static List<Entry> createdFor(ScopeToken scope) {
    return LIVE.values().stream()
        .filter(entry -> entry.token != null && entry.token.isWithin(scope))
        .toList();
  }

  /** Whether Keelson started a process with this pid that lives, or ended a moment ago. */
  public static boolean startedLately(long pid) {
    if (find(Creation.Kind.PROCESS, pid) != null) {
      return true;
    }
    long now = System.nanoTime();
    for (int i = 0; i < RECENT; i++) {
      Ended ended = ENDED.get(i);
      if (ended != null && ended.pid == pid && now - ended.at < LATELY_NANOS) {
        return true;
      }
    }
    return false;
  }
}
