/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.spi;

import java.util.ServiceLoader;
import java.util.function.Supplier;
import javax.annotation.Nullable;

/**
 * Where Keelson reports what it creates to the {@link CreationListener}, if there is one. Called by
 * Keelson's own packages; a program has no use for it.
 *
 * <p>Safe for use by multiple threads. Every method accepts the null that {@link #created} returns
 * when nobody listens.
 */
public final class Creations {

  private static final @Nullable CreationListener LISTENER =
      ServiceLoader.load(CreationListener.class, Creations.class.getClassLoader())
          .findFirst()
          .orElse(null);

  private Creations() {}

  /** Whether anybody listens: a constant for the compiler. */
  public static boolean observed() {
    return LISTENER != null;
  }

  /**
   * Reports something new; the name is computed only if somebody listens.
   *
   * @return what to pass to {@link #retained}, {@link #reused} and {@link #ended}; null if nobody
   *     listens
   */
  public static @Nullable Creation created(Creation.Kind kind, long id, Supplier<String> name) {
    return created(kind, id, name, null);
  }

  /** As {@link #created(Creation.Kind, long, Supplier)}, with a {@linkplain Creation#mark mark}. */
  public static @Nullable Creation created(
      Creation.Kind kind, long id, Supplier<String> name, @Nullable String mark) {
    if (LISTENER == null) {
      return null;
    }
    Creation creation = new Creation(kind, id, name.get(), mark, new Throwable("created here"));
    LISTENER.created(creation);
    return creation;
  }

  /** Reports that the library keeps it for reuse. */
  public static void retained(@Nullable Creation creation) {
    if (LISTENER != null && creation != null) {
      LISTENER.retained(creation);
    }
  }

  /**
   * Reports that something retained has a user again; the new user's site replaces the old one.
   *
   * @return what to pass on from now; null if nobody listens
   */
  public static @Nullable Creation reused(@Nullable Creation creation) {
    if (LISTENER == null || creation == null) {
      return null;
    }
    LISTENER.ended(creation);
    return created(creation.kind(), creation.id(), creation::name);
  }

  /** Reports that it is gone. */
  public static void ended(@Nullable Creation creation) {
    if (LISTENER != null && creation != null) {
      LISTENER.ended(creation);
    }
  }
}
