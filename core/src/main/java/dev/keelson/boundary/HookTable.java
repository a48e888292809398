/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.annotation.Nullable;

/**
 * The hooks of this JVM, in their order. Nothing here waits, so that a hook may register and close
 * others; a crossing works on a {@link #snapshot} and sees none of that.
 */
final class HookTable {

  private static final ConcurrentSkipListMap<Entry, Entry> ENTRIES = new ConcurrentSkipListMap<>();
  private static final AtomicLong IDS = new AtomicLong();
  private static final ReferenceQueue<Object> GONE = new ReferenceQueue<>();

  private HookTable() {}

  /** The place of one hook: by phase, then by registration. Refers to nothing of the user's. */
  static final class Entry extends WeakReference<Object> implements Comparable<Entry> {
    final int phase;
    final long id;
    private final String owner;

    /** Set once, before the entry is published. */
    private @Nullable Kept registration;

    /** Whether a crossing has called it; written by the thread that crosses. */
    volatile boolean used;

    Entry(Object owner, int phase) {
      super(owner, GONE);
      this.phase = phase;
      this.id = IDS.incrementAndGet();
      this.owner = owner.getClass().getName();
    }

    boolean isLive() {
      return get() != null && ENTRIES.containsKey(this);
    }

    @Nullable
    HookRegistration registration() {
      return registration == null ? null : registration.get();
    }

    @Override
    public int compareTo(Entry other) {
      int byPhase = Integer.compare(phase, other.phase);
      return byPhase != 0 ? byPhase : Long.compare(id, other.id);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other; // ids are unique, so that this is what compareTo says
    }

    @Override
    public int hashCode() {
      return Long.hashCode(id);
    }

    @Override
    public String toString() {
      return "hook " + id + " of a " + owner + ", phase " + phase;
    }
  }

  /** Weak: whoever keeps the registration keeps the hook. */
  private static final class Kept extends WeakReference<HookRegistration> {
    final Entry entry;

    Kept(HookRegistration registration, Entry entry) {
      super(registration, GONE);
      this.entry = entry;
    }
  }

  static HookRegistration add(Object owner, BoundaryHook hook, int phase) {
    expunge();
    Entry entry = new Entry(owner, phase);
    HookRegistration registration = new HookRegistration(entry, hook);
    entry.registration = new Kept(registration, entry);
    ENTRIES.put(entry, entry);
    return registration;
  }

  static void remove(Entry entry) {
    ENTRIES.remove(entry);
  }

  /** Who takes part in a crossing that begins now, kept alive by the list, in order. */
  static List<HookRegistration> snapshot() {
    expunge();
    List<HookRegistration> all = new ArrayList<>();
    for (Entry entry : ENTRIES.keySet()) {
      HookRegistration registration = entry.registration();
      if (registration != null && entry.get() != null) {
        all.add(registration);
      }
    }
    return all;
  }

  private static void expunge() {
    for (Reference<?> gone; (gone = GONE.poll()) != null; ) {
      if (gone instanceof Entry entry) {
        ENTRIES.remove(entry);
      } else if (gone instanceof Kept kept && ENTRIES.remove(kept.entry) != null) {
        warn(kept.entry);
      }
    }
  }

  /** An owner that is gone has let its hook go; one that lives has lost it. */
  private static void warn(Entry lost) {
    if (lost.get() != null && !lost.used) {
      System.getLogger(HookTable.class.getPackageName())
          .log(
              System.Logger.Level.WARNING,
              "{0} was never called: its HookRegistration was collected; keep it in a field",
              lost);
    }
  }
}
