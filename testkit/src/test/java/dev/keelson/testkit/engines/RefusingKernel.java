/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.engines;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Kernels;
import dev.keelson.internal.linux.Linux;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;

/** The real calls of the system, except for those that somebody refuses. */
final class RefusingKernel {

  /** Decides about one call. */
  interface Judge {
    /** The answer of the call, which {@code real} makes in earnest. */
    Object answer(String call, Object[] arguments, RealCall real) throws Throwable;
  }

  /** A call in earnest. */
  interface RealCall {
    Object make() throws Throwable;
  }

  private static final Object[] NONE = new Object[0];

  private RefusingKernel() {}

  /** Without those calls, as on a system that does not have them. */
  static Kernel without(String... calls) {
    Set<String> missing = Set.of(calls);
    return judged((call, arguments, real) -> missing.contains(call) ? -Linux.ENOSYS : real.make());
  }

  /** With somebody to decide about each call. */
  static Kernel judged(Judge judge) {
    Kernel kernel = Kernels.real();
    InvocationHandler handler =
        (proxy, method, arguments) ->
            judge.answer(
                method.getName(),
                arguments == null ? NONE : arguments,
                () -> make(kernel, method, arguments));
    return (Kernel)
        Proxy.newProxyInstance(
            Kernel.class.getClassLoader(), new Class<?>[] {Kernel.class}, handler);
  }

  private static Object make(Kernel kernel, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(kernel, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
