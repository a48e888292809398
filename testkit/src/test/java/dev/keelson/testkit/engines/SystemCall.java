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
      Class<?> call = Class.forName("dev.keelson.internal.linux.Call");
      Method of = call.getDeclaredMethod("of", String.class);
      of.setAccessible(true);
      Class<?>[] numbers = new Class<?>[6];
      Arrays.fill(numbers, long.class);
      Method with = call.getDeclaredMethod("with", numbers);
      with.setAccessible(true);
      return (int)
          with.invoke(of.invoke(null, "syscall"), number, first, second, third, fourth, 0L);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
