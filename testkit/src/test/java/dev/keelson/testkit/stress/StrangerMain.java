/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Stdout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Run where pids are few and so are soon used again: sixteen threads start short children, end them
 * and go on signalling those that ended long ago, while strangers are born and expect to die of
 * nothing but old age. {@code VICTIMS HOW}; where {@code HOW} is {@code by-pid} the threads do what
 * a program does that keeps pids.
 */
final class StrangerMain {

  private static final int KILLERS = 16;
  private static final int REMEMBERED = 64;

  /** Each waits for its line and ends with 7; whoever does not was hit. */
  private static final String VICTIMS =
      "mkfifo \"$1\" && exec 3<>\"$1\" && rm \"$1\"; n=0; hit=0\n"
          + "while [ $n -lt $2 ]; do\n"
          + "  pids=; i=0\n"
          + "  while [ $i -lt 25 ]; do (read x; exit 7) <&3 & pids=\"$pids $!\"; i=$((i+1)); done\n"
          + "  sleep 0.05; i=0; while [ $i -lt 25 ]; do echo >&3; i=$((i+1)); done\n"
          + "  for p in $pids; do wait $p; [ $? = 7 ] || hit=$((hit+1)); done\n"
          + "  n=$((n+25))\n"
          + "done\n"
          + "echo victims $n hit $hit";

  private static volatile boolean over;

  private StrangerMain() {}

  public static void main(String[] args) throws Exception {
    boolean byPid = args[1].equals("by-pid");
    AtomicInteger ended = new AtomicInteger();
    for (int i = 0; i < KILLERS; i++) {
      Random random = Size.random(Size.seed(), i);
      Thread killer = new Thread(() -> kill(random, byPid, ended), "killer-" + i);
      killer.setDaemon(true);
      killer.start();
    }
    while (ended.get() < REMEMBERED) {
      Thread.sleep(10);
    }
    Path fifo = Files.createTempDirectory("victims").resolve("fifo");
    Process victims =
        new ProcessBuilder("sh", "-c", VICTIMS, "sh", fifo.toString(), args[0])
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    System.out.print(new String(victims.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    over = true;
    Files.delete(fifo.getParent());
    System.out.println("children ended: " + ended.get());
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static void kill(Random random, boolean byPid, AtomicInteger ended) {
    Command[] kinds = {Command.of("true"), Command.of("sleep", "20")};
    List<Child> old = new ArrayList<>();
    while (!over) {
      try {
        Child child =
            kinds[random.nextInt(2)]
                .stdout(Stdout.discard())
                .stderr(Stdout.discard())
                .grace(Duration.ZERO)
                .start();
        Thread.sleep(0, random.nextInt(999_999));
        child.signal("KILL");
        child.await();
        ended.incrementAndGet();
        if (old.size() < REMEMBERED) {
          old.add(child);
        } else {
          old.set(random.nextInt(REMEMBERED), child);
        }
        for (int i = 0; i < 4; i++) {
          again(old.get(random.nextInt(old.size())), random, byPid);
        }
      } catch (IOException | InterruptedException noPidLeft) {
        Thread.yield();
      }
    }
  }

  /** Signals a child that has ended, in one of the ways there are. */
  private static void again(Child child, Random random, boolean byPid) throws IOException {
    if (byPid) {
      // A thread's number is none of a process, but would do for one.
      String status = Files.readString(Path.of("/proc/" + child.pid() + "/status"));
      if (status.contains("\nTgid:\t" + child.pid() + "\n") && status.startsWith("Name:\tsh")) {
        ProcessHandle.of(child.pid()).ifPresent(ProcessHandle::destroyForcibly);
      }
      return;
    }
    switch (random.nextInt(5)) {
      case 0 -> child.signal("TERM");
      case 1 -> child.terminate(Duration.ZERO);
      case 2 -> child.asProcess().destroyForcibly();
      case 3 -> child.close();
      default -> child.signal("KILL");
    }
  }
}
