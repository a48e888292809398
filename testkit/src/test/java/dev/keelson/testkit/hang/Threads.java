/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hang;

import java.lang.reflect.Method;

/** Starts the threads of the programs, virtual ones too where there are any. */
final class Threads {

  interface Body {
    void run() throws Exception;
  }

  private Threads() {}

  static boolean areVirtual() {
    return Runtime.version().feature() >= 21;
  }

  static Thread platform(String name, Body body) {
    Thread thread = new Thread(runnable(body), name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** A platform thread before there were virtual ones. */
  static Thread virtual(String name, Body body) {
    if (!areVirtual()) {
      return platform(name, body);
    }
    try {
      Class<?> builderType = Class.forName("java.lang.Thread$Builder");
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      Method named = builderType.getMethod("name", String.class);
      Method start = builderType.getMethod("start", Runnable.class);
      return (Thread) start.invoke(named.invoke(builder, name), runnable(body));
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static Runnable runnable(Body body) {
    return () -> {
      try {
        body.run();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    };
  }
}
