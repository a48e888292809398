/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;
import javax.annotation.Nullable;

/**
 * {@code sun.misc.Signal}, named and not referred to: every compiler warns about a use, and a run
 * time may lack its module. A handler here is an object of that library's type, to be compared by
 * identity and handed back.
 */
final class JvmSignals {

  private static final @Nullable JvmSignals INSTANCE = load();

  private final Class<?> signal;
  private final Class<?> handler;
  private final Method handle;
  private final Method call;
  private final Method raise;
  private final Method number;
  private final Object ignored;

  private JvmSignals() throws ReflectiveOperationException {
    signal = Class.forName("sun.misc.Signal");
    handler = Class.forName("sun.misc.SignalHandler");
    handle = signal.getMethod("handle", signal, handler);
    raise = signal.getMethod("raise", signal);
    number = signal.getMethod("getNumber");
    call = handler.getMethod("handle", signal);
    ignored = handler.getField("SIG_IGN").get(null);
  }

  private static @Nullable JvmSignals load() {
    try {
      return new JvmSignals();
    } catch (ReflectiveOperationException | LinkageError absent) {
      return null;
    }
  }

  /** Null where the module is absent. */
  static @Nullable JvmSignals get() {
    return INSTANCE;
  }

  /** The signal of that name, without SIG; null if there is none. */
  @Nullable
  Object signal(String name) {
    try {
      return signal.getConstructor(String.class).newInstance(name);
    } catch (InvocationTargetException unknown) {
      return null;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  int number(Object of) {
    return (int) invoke(number, of);
  }

  boolean isIgnored(Object previous) {
    return previous == ignored;
  }

  /** A handler that runs this, on a thread of the JVM's for each delivery. */
  Object handler(Runnable body) {
    return Proxy.newProxyInstance(
        JvmSignals.class.getClassLoader(),
        new Class<?>[] {handler},
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "handle" -> {
                body.run();
                yield null;
              }
              case "equals" -> proxy == arguments[0];
              case "hashCode" -> System.identityHashCode(proxy);
              default -> "Keelson's signal handler";
            });
  }

  /**
   * Puts a handler in place and returns the one before.
   *
   * @throws IllegalArgumentException if the JVM refuses
   */
  Object install(Object at, Object next) {
    return invoke(handle, null, at, next);
  }

  /** Calls a handler, unless it is a disposition of the system's, which nobody can call. */
  void call(Object previous, Object at) {
    try {
      invoke(call, previous, at);
    } catch (UnsupportedOperationException disposition) {
      // see above
    }
  }

  /** Sends one to this process. */
  void raise(Object which) {
    invoke(raise, null, which);
  }

  /** Runs something while nobody else can put a handler in place by this library. */
  <T> T alone(Supplier<T> action) {
    synchronized (signal) { // what its own install holds
      return action.get();
    }
  }

  private static Object invoke(Method method, @Nullable Object on, Object... arguments) {
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw new IllegalStateException(e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
