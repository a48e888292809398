/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.annotation.Nullable;

/** All locks of a registry, however they came to it. Safe for use by multiple threads. */
final class KnownLocks {

  final LockTable table = new LockTable();
  final NamedLocks named = new NamedLocks();
  final KeyedLocks keyed;

  KnownLocks(LockMaker maker) {
    keyed = new KeyedLocks(table, maker);
  }

  /** Weakly. */
  void add(ResettableLock lock) {
    keyed.expunge();
    table.add(new LockEntry(lock, keyed.collected()));
  }

  /** How people are told of a lock. */
  static String nameOf(Sync sync, @Nullable LockEntry entry) {
    String detail = entry == null ? "" : entry.detail();
    return detail.isEmpty() ? sync.name() : sync.name() + "[" + detail + "]";
  }

  /** The object by which users have that lock. */
  ResettableLock faceOf(LockEntry entry, Sync sync) {
    ResettableLock lock =
        entry instanceof KeyedEntry keyedEntry ? keyed.faceOf(keyedEntry) : entry.lock();
    return lock == null ? new ResettableLock(sync) : lock; // collected: nobody has it
  }

  /** Every lock that is held, once. Takes no lock. */
  void eachHeld(Consumer<HeldLock> action) {
    Set<Sync> seen = new HashSet<>(); // of one that was registered twice
    table.forEach(
        entry -> {
          Sync sync = entry.sync();
          if (sync != null) {
            long word = sync.word();
            if (!Word.isFree(word) && seen.add(sync)) {
              action.accept(new HeldLock(this, entry, sync, word));
            }
          }
        });
  }

  void eachHeldBy(Thread thread, Consumer<HeldLock> action) {
    long id = ThreadIds.of(thread);
    eachHeld(
        held -> {
          if (Word.owner(held.word()) == id) {
            action.accept(held);
          }
        });
  }

  // ---- many at once

  /** What is done to one of them. */
  interface Verb {
    ResetOutcome applyTo(ResettableLock lock);
  }

  BulkOutcome recoverAll() {
    keyed.expunge();
    List<LostTenure> released = new ArrayList<>();
    eachHeld(
        held -> {
          if (held.sync().isOwnerGone(held.word())) {
            held.lock().recover().lost().ifPresent(released::add);
          }
        });
    keyed.expunge();
    return new BulkOutcome(released, List.of());
  }

  /** To every lock that is held. */
  BulkOutcome toHeld(Predicate<? super ResettableLock> filter, Verb verb) {
    List<ResettableLock> chosen = new ArrayList<>();
    eachHeld(held -> chosen.add(held.lock()));
    return apply(chosen, filter, verb);
  }

  /** To every lock that is held, waited for, or waited in. */
  BulkOutcome toBusy(Predicate<? super ResettableLock> filter, Verb verb) {
    Map<Sync, ResettableLock> chosen = new HashMap<>();
    table.forEach(
        entry -> {
          Sync sync = entry.sync();
          if (sync != null && !sync.isIdle()) {
            chosen.put(sync, faceOf(entry, sync));
          }
        });
    return apply(chosen.values(), filter, verb);
  }

  private static BulkOutcome apply(
      Iterable<ResettableLock> chosen, Predicate<? super ResettableLock> filter, Verb verb) {
    List<LostTenure> released = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (ResettableLock lock : chosen) {
      if (filter.test(lock)) {
        try {
          verb.applyTo(lock).lost().ifPresent(released::add);
        } catch (IllegalStateException e) { // alive
          refused.add(String.valueOf(e.getMessage()));
        }
      }
    }
    return new BulkOutcome(released, refused);
  }
}
