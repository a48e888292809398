/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.Procs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lets address space run out, and not the threads by which the JDK waits for processes, nor what
 * the JVM itself takes by malloc, without which it ends: for that the caller has to see.
 */
final class LimitedAddressSpaceMain extends LimitedJvm {

  private static final int ENOMEM = 12;
  private static final int LESS_THAN_A_STACK = 256;

  /** From less than a start takes to more than a few threads. */
  private static final List<Integer> FREE_KIB =
      List.of(0, 16, 64, LESS_THAN_A_STACK, 1_100, 4_096, 16_384);

  /**
   * Sets the limit of this JVM's address space for it, which at the limit cannot start anybody who
   * would.
   */
  private static final String SETTER =
      "while read limit; do /usr/bin/prlimit --pid \"$0\" --as=\"$limit:\"; done";

  /** More than a thread is kept for that has nothing to do. */
  private static final long IDLE = TimeUnit.SECONDS.toNanos(7);

  private LimitedAddressSpaceMain() {}

  public static void main(String[] args) throws Exception {
    new LimitedAddressSpaceMain().run();
  }

  @Override
  void exhaust() throws Exception {
    makeWaiters();
    List<Shape> shapes = new ArrayList<>(SHAPES);
    shapes.add(new Shape("started", LimitedAddressSpaceMain::startAndAwaitEcho));
    Command setting = Command.of("sh", "-c", SETTER, Long.toString(self()));
    try (Child setter = setting.stdin(Stdin.pipe()).stdout(Stdout.discard()).start()) {
      expectAlso(setter.pid());
      String all = softLimit();
      limit(setter, all); // writes, reads and waits for the first time
      int atFirst = LimitedDescriptors.open();
      for (int free : FREE_KIB) {
        String where = " with " + free + " KiB free";
        if (free == LESS_THAN_A_STACK) {
          // None for start(), if the timer has not this JVM's processes to look at.
          await(IDLE, () -> !isRunning("keelson-worker", "keelson-timer"));
        }
        for (Shape shape : shapes) {
          limit(setter, usedAnd(free));
          attempt(shape.name() + where, shape.launch(), EAGAIN, ENOMEM);
          limit(setter, all);
        }
        expectNobody("after launches" + where);
        expectAllWork("after launches" + where);
        System.out.println(where + ": " + outcomes);
      }
      if (outcomes.keySet().stream().noneMatch(one -> one.startsWith("refused"))) {
        findings.add("there was always enough");
      }
      if (LimitedDescriptors.open() > atFirst + POOLED) {
        findings.add(
            LimitedDescriptors.open() + " descriptors are open, and it began with " + atFirst);
      }
    }
  }

  private static String startAndAwaitEcho() throws Exception {
    startAndAwait(echo().stdout(Stdout.discard()));
    return "a\n";
  }

  /** The address space that is in use and so many KiB, in bytes. */
  private static String usedAnd(int free) {
    String used = Procs.status(self(), "VmSize").orElseThrow().replace(" kB", "");
    return Long.toString((Long.parseLong(used) + free) * 1024);
  }

  private static void limit(Child setter, String soft) throws Exception {
    setter.stdin().write((soft + "\n").getBytes(StandardCharsets.US_ASCII));
    setter.stdin().flush();
    await(LONG, () -> soft.equals(softLimit()));
    if (!soft.equals(softLimit())) {
      throw new IllegalStateException("the limit is " + softLimit() + " and not " + soft);
    }
  }

  private static String softLimit() {
    try {
      return Files.readString(Path.of("/proc/self/limits"))
          .lines()
          .filter(line -> line.startsWith("Max address space"))
          .map(line -> line.split(" {2,}")[1])
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
