/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.engines;

import com.google.common.collect.MapMaker;
import dev.keelson.internal.linux.Kernels;
import dev.keelson.internal.spawn.Guard;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.guard.OrphanGuard;
import dev.keelson.internal.spawn.linux.LinuxEngine;
import dev.keelson.internal.spawn.linux.Tier;
import dev.keelson.internal.spawn.portable.PortableEngine;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import javax.annotation.Nullable;

/** Chooses the engine; the only class that names one. */
public final class Engines {

  /** The system property that chooses: {@code auto}, {@code portable} or {@code linux}. */
  public static final String PROPERTY = "keelson.engine";

  private Engines() {}

  /** Set while {@link #lend} runs. */
  private static final ThreadLocal<SpawnEngine> LENT = new ThreadLocal<>();

  /** The engine that {@value #PROPERTY} names; {@code auto} where it is not set. */
  public static SpawnEngine chosen() {
    SpawnEngine lent = LENT.get();
    if (lent != null) {
      return lent;
    }
    return named(System.getProperty(PROPERTY, "auto"), PROPERTY);
  }

  /**
   * The engine of that name.
   *
   * @throws IllegalArgumentException if there is no such engine
   * @throws UnsupportedOperationException if it cannot run here; the message says why
   */
  public static SpawnEngine named(String name) {
    return named(name, "the engine");
  }

  private static SpawnEngine named(String name, String asked) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      // Not logged: a program that only starts a process must not have its log manager chosen.
      case "auto" -> Kernels.whyNot().isEmpty() ? Native.ENGINE : Portable.ENGINE;
      case "portable" -> {
        sayForced("portable");
        yield Portable.ENGINE;
      }
      case "linux" -> forced();
      default ->
          throw new IllegalArgumentException(
              asked + " is \"" + name + "\"; it must be auto, portable or linux");
    };
  }

  /**
   * Has an engine that is none of these be the chosen one on this thread while {@code action} runs,
   * so that a testkit can build a launcher over it.
   */
  public static <T> T lend(SpawnEngine engine, Supplier<T> action) {
    @Nullable SpawnEngine before = LENT.get();
    LENT.set(engine);
    try {
      return action.get();
    } finally {
      if (before == null) {
        LENT.remove();
      } else {
        LENT.set(before);
      }
    }
  }

  /** Whether it is one of those that the whole JVM uses, and not a test's. */
  public static boolean isShared(SpawnEngine engine) {
    return engine instanceof BusyRetry;
  }

  /** Says on which engine a launcher of somebody else's runs; the engine must not refer to it. */
  public static void assign(Object launcher, SpawnEngine engine) {
    Foreign.ENGINES.put(launcher, engine);
  }

  /** The engine that was assigned to a launcher, or the chosen one. */
  public static SpawnEngine of(Object launcher) {
    SpawnEngine assigned = Foreign.ENGINES.get(launcher);
    return assigned == null ? chosen() : assigned;
  }

  private static SpawnEngine forced() {
    String why = Kernels.whyNot();
    why = why.isEmpty() ? Native.TIER.why() : why;
    if (!why.isEmpty()) {
      throw new UnsupportedOperationException(
          "the linux engine cannot run: " + why + "; use auto or portable");
    }
    sayForced("linux");
    return Native.ENGINE;
  }

  private static void sayForced(String name) {
    System.getLogger(Engines.class.getPackageName())
        .log(System.Logger.Level.INFO, "engine {0}: forced", name);
  }

  /** The orphan guard of this JVM. */
  public static Guard guard() {
    return OrphanGuard.shared();
  }

  /** A class of its own, because no launch of ours needs it. */
  private static final class Foreign {
    /** By identity, as long as somebody refers to the launcher. */
    static final Map<Object, SpawnEngine> ENGINES = new MapMaker().weakKeys().makeMap();
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
