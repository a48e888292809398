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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A JVM with native code in it that closes descriptors of ours: what we do with them next must fail
 * loudly, and what needs none of them must work.
 */
final class StolenDescriptorMain {

  private static final Kernel KERNEL = Kernels.real();

  private StolenDescriptorMain() {}

  public static void main(String[] args) throws Exception {
    Command.of("true").run(); // what stays open from the first start on
    // Closed before the next start: who closes a stolen number later closes what has it then, and
    // nobody can tell.
    System.out.println("read: " + tried(StolenDescriptorMain::read, true));
    System.out.println("write: " + tried(StolenDescriptorMain::write, true));
    System.out.println("signal: " + tried(StolenDescriptorMain::signal, false));
    System.out.println("works: " + Command.of("echo", "yes").run().stdoutTrimmed());
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private interface Attempt {
    String run(Child child) throws Exception;
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
    Child child = command.start();
    try {
      return attempt.run(child);
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    } finally {
      if (closes) {
        child.close();
      }
    }
  }

  private static String read(Child child) throws Exception {
    steal("pipe:");
    return "read " + child.stdout().read();
  }

  private static String write(Child child) throws Exception {
    steal("pipe:");
    child.stdin().write(new byte[10]);
    child.stdin().flush();
    return "written";
  }

  private static String signal(Child child) throws Exception {
    steal("anon_inode:[pidfd]");
    return "sent " + child.signal("KILL");
  }

  /** Closes all that are of that kind. */
  private static void steal(String kind) {
    Map<Integer, String> open = Procs.descriptors(ProcessHandle.current().pid());
    List<Integer> stolen = new ArrayList<>();
    open.forEach(
        (fd, target) -> {
          if (fd > 2 && target.startsWith(kind)) {
            stolen.add(fd);
          }
        });
    stolen.forEach(KERNEL::close);
  }
}
