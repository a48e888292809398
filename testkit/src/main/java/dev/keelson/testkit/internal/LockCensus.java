/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.lock.Force;
import dev.keelson.lock.LockRegistry;
import dev.keelson.lock.ResettableLock;
import dev.keelson.testkit.Leak;
import dev.keelson.testkit.LeakKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.annotation.Nullable;

/**
 * Locks that are held, of all registries of this JVM. A lock that no registry knows is not seen.
 *
 * <p>What is known of a lock is its name and its owner's name: the object by which a program has a
 * lock may be collected while the lock is held.
 */
public final class LockCensus implements Census {

  private static final int FRAMES = 8;

  /**
   * One that is held and was not.
   *
   * @param key the id of its leak
   */
  private record Held(String key, ResettableLock lock) {}

  private final Supplier<List<LockRegistry>> registries;
  private final @Nullable Thread only;
  private final Map<String, Integer> baseline = new HashMap<>();
  private List<Held> found = List.of();

  /** Looks at what this thread holds, or, with null, at what anybody holds. */
  public LockCensus(@Nullable Thread only) {
    this(LockRegistry::all, only);
    adopt();
  }

  private LockCensus(Supplier<List<LockRegistry>> registries, @Nullable Thread only) {
    this.registries = registries;
    this.only = only;
  }

  /** Blames every lock of a registry that anybody holds. */
  public static LockCensus ofAll(LockRegistry registry) {
    return new LockCensus(() -> List.of(registry), null);
  }

  @Override
  public Set<LeakKind> kinds() {
    return Set.of(LeakKind.LOCK);
  }

  @Override
  public void inspect(Findings findings) {
    Map<String, Integer> known = new HashMap<>(baseline);
    List<Held> seen = new ArrayList<>();
    for (LockRegistry registry : registries.get()) {
      for (ResettableLock lock : held(registry)) {
        String key = key(registry, lock);
        if (known.merge(key, -1, Integer::sum) < 0) {
          seen.add(new Held(key, lock));
          findings.leak(leak(key, registry, lock));
        }
      }
    }
    found = List.copyOf(seen);
  }

  private List<ResettableLock> held(LockRegistry registry) {
    return only == null ? registry.held() : registry.heldBy(only);
  }

  private static String key(LockRegistry registry, ResettableLock lock) {
    return registry.name() + "/" + lock.name() + " " + owner(lock);
  }

  private static String owner(ResettableLock lock) {
    String text = lock.toString();
    String start = "[Locked by thread ";
    int at = text.lastIndexOf(start);
    return at < 0 ? "" : text.substring(at + start.length(), text.length() - 1);
  }

  private static Leak leak(String key, LockRegistry registry, ResettableLock lock) {
    List<String> details = new ArrayList<>();
    String owner = owner(lock);
    Optional<Thread> holder =
        ThreadCensus.threads().stream()
            .filter(thread -> registry.heldBy(thread).stream().anyMatch(held -> held == lock))
            .findFirst();
    String state = "held by \"" + owner + "\"";
    if (holder.isPresent()) {
      state += ", " + holder.get().getState();
      details.addAll(UserFrames.of(holder.get().getStackTrace(), FRAMES));
    } else {
      details.add("its owner is a virtual thread, or has ended");
    }
    String name = "\"" + lock.name() + "\" of registry " + registry.name();
    return new Leak(LeakKind.LOCK, key, name, state, null, null, null, details);
  }

  @Override
  public void adopt() {
    baseline.clear();
    for (LockRegistry registry : registries.get()) {
      for (ResettableLock lock : held(registry)) {
        baseline.merge(key(registry, lock), 1, Integer::sum);
      }
    }
  }

  @Override
  public List<String> quarantine(Set<LeakKind> asked, List<Leak> blamed) {
    Set<String> keys =
        blamed.stream()
            .filter(leak -> leak.kind() == LeakKind.LOCK)
            .map(Leak::id)
            .collect(Collectors.toSet());
    List<String> names = new ArrayList<>();
    for (Held held : found) {
      ResettableLock lock = held.lock;
      if (keys.contains(held.key) && lock.isLocked()) {
        lock.reset(Force.YES, "left held by a test");
        names.add('"' + lock.name() + '"');
      }
    }
    adopt();
    return names.isEmpty() ? List.of() : List.of("took away the locks " + names);
  }
}
