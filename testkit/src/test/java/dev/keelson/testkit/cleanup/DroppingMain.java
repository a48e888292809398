/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.cleanup;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import javax.management.ObjectName;

/** Starts and ends one child, and says who follows it and whether guava was loaded for that. */
final class DroppingMain {

  private DroppingMain() {}

  public static void main(String[] args) throws Exception {
    long following;
    try (Child child = Command.of("sleep", "35").start()) {
      following =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().equals("keelson-cleanup"))
              .count();
      Command.of("true").run();
      child.isAlive();
    }
    if (!isLoaded("java.util.ArrayList")) {
      throw new AssertionError("the JVM is asked in vain");
    }
    boolean guava = isLoaded("com.google.common.collect.ImmutableList");
    System.out.println(">" + following + " following, guava " + guava);
  }

  /** Asks the JVM itself, which loads nothing for that. */
  private static boolean isLoaded(String name) throws Exception {
    ObjectName command = new ObjectName("com.sun.management:type=DiagnosticCommand");
    Object classes =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                command,
                "vmClassHierarchy",
                new Object[] {new String[] {name}},
                new String[] {String[].class.getName()});
    return Arrays.asList(String.valueOf(classes).split("[\\s/]+")).contains(name);
  }
}
