/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.annotation.Nullable;
import javax.annotation.concurrent.ThreadSafe;

/**
 * Keeps a child and its ancestors until it is closed, whether anybody holds the pin or not. Made by
 * {@link ParentLink#pin}.
 *
 * <p>Safe for use by multiple threads.
 */
@ThreadSafe
public final class Pin implements AutoCloseable {

  private static final Set<Pin> HELD = ConcurrentHashMap.newKeySet();

  private volatile @Nullable List<Object> kept;

  private Pin(List<Object> kept) {
    this.kept = kept;
  }

  static Pin of(ParentLink<?> link) {
    List<Object> kept = new ArrayList<>();
    for (ParentLink<?> at = link; at != null; ) {
      kept.add(at instanceof FieldLink<?> field && field.isClaimed() ? field.node() : at);
      Children<?, ?> container = at.container();
      if (container == null) {
        break;
      }
      kept.add(container); // and with it the parent
      at = container.knownLink();
    }
    Pin pin = new Pin(kept);
    HELD.add(pin);
    return pin;
  }

  /** Lets go. A second close does nothing. */
  @Override
  public void close() {
    kept = null;
    HELD.remove(this);
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return kept == null;
  }

  /** How many pins there are in this JVM: what still runs, or was forgotten. */
  public static int count() {
    return HELD.size();
  }
}
