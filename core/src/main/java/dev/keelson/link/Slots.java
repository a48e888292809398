/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;

/**
 * The array in which a container keeps its children, in the order in which they came. Children are
 * appended; one that leaves empties its slot, which is not used again in the same array. Where the
 * array is full, or mostly empty, those that are left go to a new one in the same order. A thread
 * that iterates over the old array so still meets each of them once: it asks each child whether it
 * is still attached here.
 *
 * <p>All methods but {@link #at} are called under the container's stripe.
 */
final class Slots {

  static final ParentLink<?>[] NONE = {};

  /** An array that grows by two and two ends up far from its container, where collectors pay. */
  private static final int FIRST = 6;

  private static final int SMALL = 32;
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(ParentLink[].class);

  private Slots() {}

  static @Nullable ParentLink<?> at(ParentLink<?>[] slots, int index) {
    return (ParentLink<?>) SLOT.getAcquire(slots, index);
  }

  /** Makes room for one more: afterwards {@link #fill} cannot fail. */
  static void reserve(Children<?, ?> container, Owner owner) {
    if (owner.next == container.slots().length) {
      renew(container, owner);
    }
  }

  static void fill(Children<?, ?> container, Owner owner, ParentLink<?> child) {
    int slot = owner.next;
    child.slot(slot);
    SLOT.setRelease(container.slots(), slot, child);
    owner.next = slot + 1;
    owner.count(1);
  }

  static void vacate(Children<?, ?> container, Owner owner, ParentLink<?> child) {
    SLOT.setRelease(container.slots(), child.slot(), null);
    owner.count(-1);
  }

  /** Gives back what is mostly empty. Called when everything else is done. */
  static void shrink(Children<?, ?> container, Owner owner) {
    int length = container.slots().length;
    if (owner.live() == 0) {
      container.slots(NONE);
      owner.next = 0;
    } else if (length > SMALL && owner.live() < length / 4) {
      try {
        renew(container, owner);
      } catch (OutOfMemoryError e) {
        // The large array stays. The child is detached all the same.
      }
    }
  }

  static List<ParentLink<?>> live(ParentLink<?>[] slots) {
    List<ParentLink<?>> live = new ArrayList<>();
    for (ParentLink<?> child : slots) {
      if (child != null) {
        live.add(child);
      }
    }
    return live;
  }

  private static void renew(Children<?, ?> container, Owner owner) {
    int live = owner.live();
    ParentLink<?>[] fresh = new ParentLink<?>[live == 0 ? FIRST : live + Math.max(2, live >> 1)];
    int next = 0;
    for (ParentLink<?> child : container.slots()) {
      if (child != null) {
        child.slot(next);
        fresh[next++] = child;
      }
    }
    owner.next = next;
    container.slots(fresh); // volatile: publishes what is in it
  }
}
