/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

/**
 * Asks whether native access is enabled, without using it: the answer prints no warning of the
 * JVM's.
 */
public final class NativeAccess {

  private NativeAccess() {}

  /**
   * Whether the module of {@code caller} may call native functions without a warning or an error.
   */
  public static boolean isEnabledFor(Class<?> caller) {
    return caller.getModule().isNativeAccessEnabled();
  }
}
