/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Kernels;
import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Drain;
import dev.keelson.process.LaunchException;
import dev.keelson.process.Launcher;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A JVM with native code in it that closes descriptors of ours: what we do with them next must fail
 * loudly, and what needs none of them must work.
 */
final class StolenDescriptorMain {

  private static final Kernel KERNEL = Kernels.real();
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Command SLEEP =
      Command.of("sleep", "600").stdout(Stdout.discard()).stderr(Stdout.discard());

  private StolenDescriptorMain() {}

  /** Or of the loop's, if an argument says which; then it waits, for somebody to kill it. */
  public static void main(String[] args) throws Exception {
    if (args.length > 0) {
      robTheLoop(args[0]);
      System.out.println("waits");
      boolean unused = new CountDownLatch(1).await(100, TimeUnit.SECONDS);
      return;
    }
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

  private static void robTheLoop(String which) throws Exception {
    Set<Integer> others = Set.copyOf(open().keySet());
    Launcher launcher = Launcher.builder().orphanGuard(false).build();
    launcher.run(Command.of("true"));
    int fd = onlyOne("anon_inode:[" + which + "]", others);
    if (which.equals("eventfd")) {
      robOfTheBell(launcher, fd);
    } else {
      robOfTheEpoll(launcher, fd);
    }
  }

  /** What the first start has opened, and nobody else. */
  private static int onlyOne(String target, Set<Integer> others) {
    List<Integer> found =
        open().entrySet().stream()
            .filter(each -> each.getValue().equals(target) && !others.contains(each.getKey()))
            .map(Map.Entry::getKey)
            .toList();
    if (found.size() != 1) {
      throw new IllegalStateException("which is it? " + found);
    }
    return found.get(0);
  }

  /** A pipe that somebody holds is let go on request, and the request wakes the loop by it. */
  private static void robOfTheBell(Launcher launcher, int bell) throws Exception {
    Path note = Files.createTempFile("held-by", ".pid");
    Command command =
        Command.of("/bin/sh", "-c", "sleep 600 & echo $! >\"$0\"; exec sleep 600")
            .args(note.toString())
            .stderr(Stdout.discard())
            .drain(Drain.untilExit())
            .anyExit();
    Set<String> before = Set.copyOf(open().values());
    Child child = launcher.start(command);
    String pipe =
        open().values().stream()
            .filter(target -> target.startsWith("pipe:") && !before.contains(target))
            .findFirst()
            .orElseThrow();
    String pid =
        Await.within(LONG)
            .value("a pid", () -> Files.readString(note), text -> text.endsWith("\n"));
    ProcInfo holder = Procs.find(Long.parseLong(pid.strip())).orElseThrow();
    Files.delete(note);
    try {
      KERNEL.close(bell); // until it is missed nothing is opened that could be written to
      child.signal("KILL");
      Await.within(LONG).until("it is let go", () -> !open().containsValue(pipe));
      System.out.println("cut: " + child.result().outputIncomplete());
    } finally {
      Procs.kill(holder);
    }
    System.out.println("works: " + launcher.run(Command.of("echo", "yes")).stdoutTrimmed());
  }

  /** Who is started afterwards cannot be watched; who was before still wakes the loop, once. */
  private static void robOfTheEpoll(Launcher launcher, int epoll) throws Exception {
    Child child = launcher.start(SLEEP);
    KERNEL.close(epoll);
    try {
      System.out.println("launch: started " + launcher.start(SLEEP).pid());
    } catch (LaunchException e) {
      System.out.println("launch: failed, " + e.getMessage() + ", " + e.getCause());
    }
    List<ProcInfo> left = Procs.children(ProcessHandle.current().pid());
    left.removeIf(process -> process.pid() == child.pid());
    System.out.println("left: " + left);
    child.signal("KILL");
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
