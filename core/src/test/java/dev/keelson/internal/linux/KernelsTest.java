/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;

/** What is said where the C library cannot be called. */
@EnabledOnOs(OS.LINUX)
@EnabledForJreRange(min = JRE.JAVA_22)
class KernelsTest {

  /** This package, as a JDK 17 alone would have built it. */
  private static final class BuiltBy17 extends Reloading {
    @Override
    byte[] changed(String name, byte[] bytes) throws ClassNotFoundException {
      if (name.equals(Kernels.class.getPackageName() + ".NativeAccess")) {
        throw new ClassNotFoundException(name);
      }
      return bytes;
    }
  }

  @Test
  void shouldNotAskForAFlagWhenTheJarLacksTheEngine() throws Exception {
    assumeTrue(Layout.KNOWN);

    Class<?> kernels = new BuiltBy17().loadClass(Kernels.class.getName());

    assertEquals(
        "it is not in this jar, which was built without a JDK 22 or newer",
        kernels.getMethod("whyNot").invoke(null));
  }
}
