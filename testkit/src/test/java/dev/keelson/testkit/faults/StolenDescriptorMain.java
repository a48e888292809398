/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Kernels;
import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.Procs;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A JVM with native code in it that closes descriptors of ours: what we do with them next must fail
 * loudly, and what needs none of them must work.
 */
final class StolenDescriptorMain {

  private static final Kernel KERNEL = Kernels.real();

  private StolenDescriptorMain() {}

  public static void main(String[] args) throws Exception {
    Command.of("true").run(); // what stays open from the first start on
    // Only what is closed before the next start is stolen, and so not the watchdog's pipe: who
    // closes a stolen number later closes what has it then, and nobody can tell.
    System.out.println("read: " + tried(StolenDescriptorMain::read, true));
    System.out.println("write: " + tried(StolenDescriptorMain::write, true));
    System.out.println("signal: " + tried(StolenDescriptorMain::signal, false));
    System.out.println("works: " + Command.of("echo", "yes").run().stdoutTrimmed());
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private interface Attempt {
    String run(Child child, Set<String> before) throws Exception;
  }

  private static String tried(Attempt attempt, boolean closes) throws Exception {
    // No captured output: the loop would close that one, and close() does not wait for it. And a
    // child that does not end with its input: its end closes what we are about to write to.
    Command command =
        Command.of("sleep", "600")
            .stdin(Stdin.pipe())
            .stdout(Stdout.pipe())
            .stderr(Stdout.discard())
            .grace(Duration.ZERO);
    Set<String> before = Set.copyOf(open().values());
    Child child = command.start();
    try {
      return attempt.run(child, before);
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    } finally {
      if (closes) {
        child.close();
      }
    }
  }

  private static String read(Child child, Set<String> before) throws Exception {
    steal(target -> target.startsWith("pipe:") && !before.contains(target));
    return "read " + child.stdout().read();
  }

  private static String write(Child child, Set<String> before) throws Exception {
    steal(target -> target.startsWith("pipe:") && !before.contains(target));
    child.stdin().write(new byte[10]);
    child.stdin().flush();
    return "written";
  }

  private static String signal(Child child, Set<String> before) throws Exception {
    steal("anon_inode:[pidfd]"::equals);
    return "sent " + child.signal("KILL");
  }

  /** Closes all whose target is wanted. */
  private static void steal(Predicate<String> wanted) {
    open()
        .forEach(
            (fd, target) -> {
              if (fd > 2 && wanted.test(target)) {
                KERNEL.close(fd);
              }
            });
  }

  private static Map<Integer, String> open() {
    return Procs.descriptors(ProcessHandle.current().pid());
  }
}
