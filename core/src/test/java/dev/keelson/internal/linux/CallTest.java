/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Functions that the C library lacks. These sources know no more than 17, and so find the class.
 */
@EnabledIf("isThisLanes")
class CallTest {

  private static final String MISSING = "no_such_function";

  static boolean isThisLanes() {
    return Kernels.whyNot().isEmpty();
  }

  /** This package, with another name for a function that every C library here has. */
  private static final class Renaming extends Reloading {

    private final String from;
    private final String to;

    Renaming(String from, String to) {
      assertEquals(from.length(), to.length());
      this.from = from;
      this.to = to;
    }

    @Override
    byte[] changed(String name, byte[] bytes) {
      String before = new String(bytes, StandardCharsets.ISO_8859_1);
      return before.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  /** Loaded once more, beside what it refers to. */
  static final class Start {
    private static final int STRINGS = 64;

    private Start() {}

    /** Of a program that cannot exist. */
    static int ofNothing() {
      Kernel kernel = Kernels.real();
      Region region = kernel.allocate(2 * STRINGS);
      SpawnPlan plan = new SpawnPlan(region);
      plan.path = STRINGS;
      plan.arguments = 0;
      region.bytes().putLong(0, region.address() + STRINGS);
      plan.environment = 2 * Long.BYTES;
      region.bytes().position(STRINGS).put("/dev/null/none".getBytes(StandardCharsets.US_ASCII));
      plan.stdin = SpawnPlan.INHERIT;
      plan.stdout = SpawnPlan.INHERIT;
      plan.stderr = SpawnPlan.INHERIT;
      return kernel.spawn(plan);
    }
  }

  private static Object call(String how, String name) throws Exception {
    Method find =
        Class.forName(CallTest.class.getPackageName() + ".Call")
            .getDeclaredMethod(how, String.class);
    return find.invoke(null, name);
  }

  @Test
  void shouldAnswerThatThereIsNoneWhereAFunctionIsMissing() throws Exception {
    Object call = call("ifThere", MISSING);

    Method with = call.getClass().getDeclaredMethod("with", long.class);

    assertEquals(Linux.ENOSYS, with.invoke(call, 7L));
  }

  @Test
  void shouldNameTheFunctionThatHasToBeThere() {
    InvocationTargetException thrown =
        assertThrows(InvocationTargetException.class, () -> call("of", MISSING));

    assertInstanceOf(UnsatisfiedLinkError.class, thrown.getCause());
    assertEquals("no " + MISSING + " in libc", thrown.getCause().getMessage());
  }

  @Test
  void shouldRefuseToStartWhereDescriptorsCannotBeClosed() throws Exception {
    String close = "posix_spawn_file_actions_addclosefrom_np";

    assertEquals(-Linux.ENOSYS, startWith(close, close.replace("_np", "_no")));
    assertEquals(-Linux.ENOTDIR, startWith(close, close), "it is there, and not the program");
  }

  private static int startWith(String from, String to) throws Exception {
    Class<?> start = new Renaming(from, to).loadClass(Start.class.getName());
    Method ofNothing = start.getDeclaredMethod("ofNothing");
    ofNothing.setAccessible(true);
    return (int) ofNothing.invoke(null);
  }
}
