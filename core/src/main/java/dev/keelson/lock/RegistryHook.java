/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import dev.keelson.boundary.Boundary;
import dev.keelson.boundary.BoundaryContext;
import dev.keelson.boundary.BoundaryHook;
import dev.keelson.boundary.HookRegistration;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** What all registries of this JVM do at a boundary: one hook, however many there are. */
final class RegistryHook implements BoundaryHook {

  private static final int MOST_NAMED = 20;

  private static final Queue<WeakReference<LockRegistry>> REGISTRIES =
      new ConcurrentLinkedQueue<>();

  private static final RegistryHook HOOK = new RegistryHook();

  @SuppressWarnings("unused") // kept, as the boundary does not keep it
  private static final HookRegistration REGISTRATION =
      Boundary.register(HOOK, HOOK, Boundary.DEFAULT_PHASE);

  private RegistryHook() {}

  static void add(LockRegistry registry) {
    REGISTRIES.removeIf(each -> each.refersTo(null));
    REGISTRIES.add(new WeakReference<>(registry));
  }

  /** Those that somebody refers to. */
  static List<LockRegistry> all() {
    List<LockRegistry> all = new ArrayList<>();
    eachRegistry(all::add);
    return all;
  }

  private static void eachRegistry(Consumer<LockRegistry> action) {
    for (WeakReference<LockRegistry> each : REGISTRIES) {
      LockRegistry registry = each.get();
      if (registry != null) {
        action.accept(registry);
      }
    }
  }

  /** Held by somebody else who may still let go. */
  private static List<HeldLock> busy() {
    long me = ThreadIds.of(Thread.currentThread());
    List<HeldLock> busy = new ArrayList<>();
    eachRegistry(
        registry ->
            registry.known.eachHeld(
                held -> {
                  Thread owner = held.sync().ownerOf(held.word());
                  if (Word.owner(held.word()) != me && (owner == null || owner.isAlive())) {
                    busy.add(held);
                  }
                }));
    return busy;
  }

  @Override
  public boolean isQuiet() {
    return busy().isEmpty();
  }

  @Override
  public String whyBusy() {
    List<HeldLock> busy = busy();
    StringBuilder text = new StringBuilder();
    text.append(busy.size()).append(" locks are held by other threads:");
    for (HeldLock held : busy.subList(0, Math.min(MOST_NAMED, busy.size()))) {
      Thread owner = held.sync().ownerOf(held.word());
      text.append("\n  \"").append(held.name()).append("\" by ");
      if (owner == null) {
        text.append("thread ").append(Word.owner(held.word()));
      } else {
        text.append('"').append(owner.getName()).append("\" at ");
        text.append(AcquisitionSite.line(owner.getStackTrace(), 5));
      }
    }
    eachRegistry(registry -> text.append('\n').append(registry.report(Duration.ZERO).toText()));
    return text.toString();
  }

  /** Threads survive a restore, so only what a dead one held is taken away. */
  @Override
  public void afterInChild(BoundaryContext context) {
    for (WeakReference<LockRegistry> each : REGISTRIES) {
      LockRegistry registry = each.get();
      if (registry != null) {
        registry.recoverAll();
      }
    }
  }
}
