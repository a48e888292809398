/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hazards;

import dev.keelson.process.Command;
import dev.keelson.process.Launcher;
import java.lang.reflect.Method;

/**
 * A JVM in which some library has the kernel reap its children: their status is nobody's. It
 * ignores SIGCHLD from the inside, which native code does by SA_NOCLDWAIT or a loop of its own.
 */
final class StolenStatusProbe {

  private StolenStatusProbe() {}

  public static void main(String[] args) throws Exception {
    new ProcessBuilder("true").start().waitFor(); // from here on the JDK does not repair it
    Class<?> type = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Method handle = type.getMethod("handle", type, handler);
    handle.invoke(
        null,
        type.getConstructor(String.class).newInstance("CHLD"),
        handler.getField("SIG_IGN").get(null));

    Process process = new ProcessBuilder("/bin/sh", "-c", "exit 7").start();
    System.out.println("process: exit 7 is seen as " + process.waitFor());
    System.out.println(
        "keelson: exit 7 is seen as "
            + Launcher.builder()
                .orphanGuard(false)
                .build()
                .run(Command.of("/bin/sh", "-c", "exit 7").anyExit())
                .status());
    Runtime.getRuntime().halt(0);
  }
}
