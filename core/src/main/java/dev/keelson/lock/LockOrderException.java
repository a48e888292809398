/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.List;
import javax.annotation.Nullable;

/**
 * A lock was asked for against the order in which locks of these names were taken before. The lock
 * was not taken. The message shows where both orders come from; the cause, if there is one, is the
 * whole stack of the earlier acquisition.
 */
public final class LockOrderException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String held;
  private final String asked;
  private final String[] path;

  LockOrderException(
      String message, String held, String asked, List<String> path, @Nullable Throwable before) {
    super(message, before);
    this.held = held;
    this.asked = asked;
    this.path = path.toArray(new String[0]);
  }

  /** The name of the lock that the thread holds. */
  public String held() {
    return held;
  }

  /** The name of the lock that it asked for. */
  public String asked() {
    return asked;
  }

  /** The names from the lock asked for to the one held, in the order seen before. */
  public List<String> path() {
    return List.of(path);
  }
}
