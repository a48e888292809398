/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.engines;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Method;

/** A system call that Keelson itself has no use for; native code only. */
public final class SystemCall {

  private static final int WORDS = 6;

  private SystemCall() {}

  /**
   * What {@code syscall(2)} answers: -1 if it fails. Bound as core binds functions; these sources
   * know no more than 17.
   */
  public static long make(long number, long first, long second, long third, long fourth) {
    try {
      Class<?> calls = Class.forName("dev.keelson.internal.linux.Calls");
      Class<?> layout = Class.forName("java.lang.foreign.MemoryLayout");
      Field type = calls.getDeclaredField("LONG");
      type.setAccessible(true);
      Object words = Array.newInstance(layout, WORDS);
      for (int i = 0; i < WORDS; i++) {
        Array.set(words, i, type.get(null));
      }
      Method plain = calls.getDeclaredMethod("plain", String.class, layout, words.getClass());
      plain.setAccessible(true);
      MethodHandle handle = (MethodHandle) plain.invoke(null, "syscall", type.get(null), words);
      return (long) handle.invoke(number, first, second, third, fourth, 0L);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }
}
