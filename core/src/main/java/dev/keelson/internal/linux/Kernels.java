/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

import java.lang.reflect.InvocationTargetException;

/**
 * Finds the calls of this system, without making one. What cannot be had is told by {@link
 * #whyNot}.
 */
public final class Kernels {

  /** Compiled for 22, so named and not referred to. */
  private static final String ACCESS = "dev.keelson.internal.linux.NativeAccess";

  private static final String IMPLEMENTATION = "dev.keelson.internal.linux.FfmKernel";
  private static final int FIRST_JDK = 22;

  private Kernels() {}

  /**
   * What keeps this JVM from calling the C library, with the exact flag where one is missing; empty
   * if nothing does. Looks at nothing native, and the answer prints no warning.
   */
  public static String whyNot() {
    String system = System.getProperty("os.name", "");
    if (!system.equals("Linux")) {
      return "it needs Linux, and this is " + system;
    }
    int jdk = Runtime.version().feature();
    if (jdk < FIRST_JDK) {
      return "it needs JDK " + FIRST_JDK + " or newer, and this is " + jdk;
    }
    if (!Layout.KNOWN) {
      return "it needs x86-64 or aarch64, and this is " + System.getProperty("os.arch");
    }
    return whyNoAccess();
  }

  /**
   * The real calls.
   *
   * @throws UnsupportedOperationException if they cannot be had; the message is {@link #whyNot}
   */
  public static Kernel real() {
    String why = whyNot();
    if (!why.isEmpty()) {
      throw new UnsupportedOperationException(why);
    }
    return Real.KERNEL;
  }

  private static String whyNoAccess() {
    Object enabled;
    try {
      enabled =
          Class.forName(ACCESS).getMethod("isEnabledFor", Class.class).invoke(null, Kernels.class);
    } catch (ClassNotFoundException e) {
      return "it is not in this jar, which was built without a JDK " + FIRST_JDK + " or newer";
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(ACCESS + " does not fit this build", e);
    }
    if (Boolean.TRUE.equals(enabled)) {
      return "";
    }
    Module module = Kernels.class.getModule();
    return "native access is not enabled; add --enable-native-access="
        + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
  }

  private static final class Real {
    static final Kernel KERNEL = create();

    private static Kernel create() {
      try {
        return Class.forName(IMPLEMENTATION)
            .asSubclass(Kernel.class)
            .getDeclaredConstructor()
            .newInstance();
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(IMPLEMENTATION + " does not fit this build", e);
      }
    }
  }
}
