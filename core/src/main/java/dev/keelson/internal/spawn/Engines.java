/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import dev.keelson.internal.linux.Kernels;
import dev.keelson.internal.spawn.guard.OrphanGuard;
import dev.keelson.internal.spawn.linux.LinuxEngine;
import dev.keelson.internal.spawn.linux.Tier;
import dev.keelson.internal.spawn.portable.PortableEngine;
import java.util.Locale;

/** Chooses the engine; the only class that names one. */
public final class Engines {

  /** The system property that chooses: {@code auto}, {@code portable} or {@code linux}. */
  public static final String PROPERTY = "keelson.engine";

  private static final System.Logger LOGGER = System.getLogger(Engines.class.getPackageName());

  private Engines() {}

  /** The engine that {@value #PROPERTY} names; {@code auto} where it is not set. */
  public static SpawnEngine chosen() {
    return named(System.getProperty(PROPERTY, "auto"));
  }

  /**
   * The engine of that name.
   *
   * @throws IllegalArgumentException if there is no such engine
   * @throws UnsupportedOperationException if it cannot run here; the message says why
   */
  public static SpawnEngine named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "auto" -> {
        String why = Kernels.whyNot();
        SpawnEngine engine = why.isEmpty() ? Native.ENGINE : Portable.ENGINE;
        String missing = why.isEmpty() ? Native.TIER.why() : why;
        LOGGER.log(System.Logger.Level.DEBUG, "engine {0}: {1}", engine.name(), missing);
        yield engine;
      }
      case "portable" -> {
        LOGGER.log(System.Logger.Level.INFO, "engine portable: forced");
        yield Portable.ENGINE;
      }
      case "linux" -> forced();
      default ->
          throw new IllegalArgumentException(
              PROPERTY + " is \"" + name + "\"; it must be auto, portable or linux");
    };
  }

  private static SpawnEngine forced() {
    String why = Kernels.whyNot();
    why = why.isEmpty() ? Native.TIER.why() : why;
    if (!why.isEmpty()) {
      throw new UnsupportedOperationException(
          "the linux engine cannot run: " + why + "; use -D" + PROPERTY + "=auto or portable");
    }
    LOGGER.log(System.Logger.Level.INFO, "engine linux: forced");
    return Native.ENGINE;
  }

  /** The orphan guard of this JVM. */
  public static Guard guard() {
    return OrphanGuard.shared();
  }

  private static final class Native {
    static final Tier TIER = Tier.of(Kernels.real());
    static final SpawnEngine ENGINE =
        new BusyRetry(LinuxEngine.create(Kernels.real(), Portable.PLAIN, TIER));
  }

  private static final class Portable {
    static final SpawnEngine PLAIN = PortableEngine.create();
    static final SpawnEngine ENGINE = new BusyRetry(PLAIN);
  }
}
