/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.engines;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;

/** A system call that Keelson itself has no use for; native code only. */
public final class SystemCall {

  private SystemCall() {}

  /**
   * What {@code syscall(2)} answers, or the error number with its sign changed. Called as core
   * calls functions; these sources know no more than 17.
   */
  public static int make(long number, long first, long second, long third, long fourth) {
    try {
      return (int) Linked.WITH.invoke(Linked.FUNCTION, number, first, second, third, fourth, 0L);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Linked once: some call it a thousand times a second. */
  private static final class Linked {
    static final Object FUNCTION;
    static final Method WITH;

    static {
      try {
        Class<?> call = Class.forName("dev.keelson.internal.linux.Call");
        Method of = call.getDeclaredMethod("of", String.class);
        of.setAccessible(true);
        FUNCTION = of.invoke(null, "syscall");
        Class<?>[] numbers = new Class<?>[6];
        Arrays.fill(numbers, long.class);
        WITH = call.getDeclaredMethod("with", numbers);
        WITH.setAccessible(true);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
