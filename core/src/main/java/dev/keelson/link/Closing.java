/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import dev.keelson.spi.SchedulePoints;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;

/** The end of a container, by policy. Children are closed while no lock is held. */
final class Closing {

  private Closing() {}

  static void close(Children<?, ?> container, OrphanPolicy policy) {
    SchedulePoints.reach("link.closing");
    Owner owner = container.ownerOrClose();
    if (owner == Owner.CLOSED) {
      return;
    }
    List<ParentLink<?>> children = List.of();
    List<Throwable> failures = List.of();
    Stripes.lock(owner);
    try {
      if (container.owner() != owner || owner.closing) {
        return;
      }
      if (policy == OrphanPolicy.REFUSE_IF_CHILDREN && container.size() > 0) {
        throw new IllegalStateException(
            container.size()
                + " children are attached: detach them first, or choose another policy");
      }
      if (policy == OrphanPolicy.CLOSE_CHILDREN) {
        children = Slots.live(container.slots());
        failures = new ArrayList<>(children.size()); // all the room there is need of later
        owner.closing = true;
      } else {
        container.closed();
      }
    } finally {
      Stripes.unlock(owner);
    }
    if (policy == OrphanPolicy.CLOSE_CHILDREN) {
      int asked;
      try {
        asked = closeAll(children, owner, failures);
      } finally { // nobody else would: a second close does nothing
        end(container, owner);
        Orphans.lost(owner);
      }
      report(failures, asked);
    } else {
      Orphans.lost(owner);
    }
  }

  private static void end(Children<?, ?> container, Owner owner) {
    Stripes.lock(owner);
    try {
      container.closed();
    } finally {
      Stripes.unlock(owner);
    }
  }

  private static int closeAll(List<ParentLink<?>> children, Owner owner, List<Throwable> failures) {
    int asked = 0;
    InterruptedException interrupted = null;
    for (int i = children.size() - 1; i >= 0; i--) {
      ParentLink<?> link = children.get(i);
      if (link.owner() == owner && link.node() instanceof AutoCloseable child) {
        asked++;
        try {
          child.close();
        } catch (InterruptedException e) {
          failures.add(e);
          interrupted = e;
        } catch (Throwable e) { // the others are closed all the same
          failures.add(e);
        }
      }
    }
    if (interrupted != null) {
      try {
        Thread.currentThread().interrupt();
      } catch (Throwable e) { // a thread may have its own way to be interrupted
        interrupted.addSuppressed(e);
      }
    }
    return asked;
  }

  private static void report(List<Throwable> failures, int asked) {
    Throwable thrown = null;
    for (Throwable failure : failures) {
      if (thrown == null) {
        thrown = said(failure, failures.size(), asked);
      } else if (failure != thrown) { // one error may be thrown by several children
        thrown.addSuppressed(failure);
      }
    }
    if (thrown instanceof Error error) {
      throw error;
    } else if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }

  /** An error is thrown as it is: nothing that wraps it should be caught in its place. */
  private static Throwable said(@Nullable Throwable first, int failed, int asked) {
    return first instanceof Error
        ? first
        : new IllegalStateException(
            failed + " of " + asked + " children failed to close; all are orphaned", first);
  }
}
