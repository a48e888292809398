/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.dropin;

import dev.keelson.internal.linux.Kernels;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.process.SafeProcessBuilder;
import dev.keelson.testkit.engines.TestEngines;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

/** Whose builder a scenario runs with. */
enum Flavour {
  JDK {
    @Override
    Object builder(List<String> command) {
      return new ProcessBuilder(command);
    }

    @Override
    Object builder(String... command) {
      return new ProcessBuilder(command);
    }

    @Override
    List<Process> startPipeline(List<?> builders) throws IOException {
      return ProcessBuilder.startPipeline(cast(builders, ProcessBuilder.class));
    }
  },

  /** With the engine of this lane. */
  SAFE {
    @Override
    Object builder(List<String> command) {
      return new SafeProcessBuilder(command);
    }

    @Override
    Object builder(String... command) {
      return new SafeProcessBuilder(command);
    }
  },

  /**
   * With the portable engine: on the lane whose own it is not as it is on Linux, and on the other
   * as it is on systems where only the JDK's own pipes work.
   */
  SAFE_PORTABLE {
    @Override
    Object builder(List<String> command) {
      return onOther(new SafeProcessBuilder(command));
    }

    @Override
    Object builder(String... command) {
      return onOther(new SafeProcessBuilder(command));
    }
  };

  private static final SpawnEngine OTHER =
      TestEngines.named(isOnStreams() ? TestEngines.STREAMS : "portable");

  /** Whether the portable engine is tried with the JDK's own pipes. */
  static boolean isOnStreams() {
    return !Kernels.whyNot().isEmpty();
  }

  abstract Object builder(List<String> command);

  abstract Object builder(String... command);

  List<Process> startPipeline(List<?> builders) throws IOException {
    return SafeProcessBuilder.startPipeline(cast(builders, SafeProcessBuilder.class));
  }

  static SafeProcessBuilder onOther(SafeProcessBuilder builder) {
    try {
      Method engine = SafeProcessBuilder.class.getDeclaredMethod("engine", SpawnEngine.class);
      engine.setAccessible(true);
      return (SafeProcessBuilder) engine.invoke(builder, OTHER);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      throw new AssertionError(e);
    }
  }

  private static <T> List<T> cast(List<?> builders, Class<T> type) {
    if (builders == null) {
      return null;
    }
    List<T> typed = new ArrayList<>();
    builders.forEach(builder -> typed.add(type.cast(builder)));
    return typed;
  }
}
