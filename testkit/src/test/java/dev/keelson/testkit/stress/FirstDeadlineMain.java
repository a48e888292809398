/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandTimedOutException;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A JVM's first deadline: prints how many classes were loaded between its start and the answer. */
final class FirstDeadlineMain {

  private FirstDeadlineMain() {}

  public static void main(String[] args) throws Exception {
    Class<?> preparation = Class.forName("dev.keelson.process.FirstDeadline");
    if (args[0].equals("unprepared")) {
      ((AtomicBoolean) field(preparation, "PREPARED")).set(true);
    }
    try (Child child = Command.of("sleep", "60").timeout(Duration.ofMinutes(5)).start()) {
      boolean ready = args[0].equals("unprepared");
      if (!ready && !((CountDownLatch) field(preparation, "READY")).await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nothing was prepared beside " + child);
      }
      Command late = Command.of("sleep", "60").timeout(Duration.ofMillis(1)).grace(Duration.ZERO);
      ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
      long before = classes.getTotalLoadedClassCount();
      try {
        late.run();
        throw new IllegalStateException("it was not late");
      } catch (CommandTimedOutException expected) {
        System.out.println(classes.getTotalLoadedClassCount() - before);
      }
      System.out.flush();
    }
  }

  private static Object field(Class<?> owner, String name) throws Exception {
    Field field = owner.getDeclaredField(name);
    field.setAccessible(true);
    return field.get(null);
  }
}
