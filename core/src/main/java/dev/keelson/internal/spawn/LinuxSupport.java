/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.lang.reflect.InvocationTargetException;

/**
 * Says what keeps the linux engine from running: the system, the JDK, or native access, with the
 * exact flag. Looks at nothing native.
 */
final class LinuxSupport {

  /** Compiled for 22, so named and not referred to. */
  private static final String NATIVE_ACCESS = "dev.keelson.internal.linux.NativeAccess";

  private static final int FIRST_JDK = 22;

  private LinuxSupport() {}

  static String whyNot() {
    String system = System.getProperty("os.name", "");
    if (!system.equals("Linux")) {
      return "it needs Linux, and this is " + system;
    }
    int jdk = Runtime.version().feature();
    if (jdk < FIRST_JDK) {
      return "it needs JDK " + FIRST_JDK + " or newer, and this is " + jdk;
    }
    if (!nativeAccess()) {
      Module module = LinuxSupport.class.getModule();
      return "native access is not enabled; add --enable-native-access="
          + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
    }
    return "it is not part of this version";
  }

  private static boolean nativeAccess() {
    try {
      Object enabled =
          Class.forName(NATIVE_ACCESS)
              .getMethod("isEnabledFor", Class.class)
              .invoke(null, LinuxSupport.class);
      return Boolean.TRUE.equals(enabled);
    } catch (ClassNotFoundException e) {
      return false; // built without a JDK >= 22
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(NATIVE_ACCESS + " does not fit this build", e);
    }
  }
}
