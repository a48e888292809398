/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.engines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.linux.LinuxEngine;
import dev.keelson.internal.spawn.portable.PortableEngine;
import dev.keelson.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** What the linux engine has its pipes hold, in a JVM where nobody else has large ones. */
final class GrownPipes {

  private static final int PAGE = 4096;
  private static final int SMALL = 64 * 1024;
  private static final int GROWN = 256 * 1024;
  private static final int LARGE = 1024 * 1024;
  private static final int MUCH = 4 * LARGE;
  private static final int MOST_LARGE = 8;

  /** The sizes that were asked for, of the child that was started last. */
  private final List<Integer> asked = new CopyOnWriteArrayList<>();

  private final List<Spawned> children = new ArrayList<>();
  private final byte[] buffer = new byte[SMALL];

  private final SpawnEngine engine =
      LinuxEngine.create(RefusingKernel.judged(this::judge), PortableEngine.create());

  private GrownPipes() {}

  private Object judge(String call, Object[] arguments, RefusingKernel.RealCall real)
      throws Throwable {
    Object answer = real.make();
    if (call.equals("fcntl") && arguments[1].equals(Linux.F_SETPIPE_SZ)) {
      int size = (int) arguments[2];
      asked.add(size);
      assertTrue((int) answer >= size || answer.equals(-Linux.EPERM), "answer: " + answer);
    }
    return answer;
  }

  static void prove() throws Exception {
    GrownPipes pipes = new GrownPipes();
    try {
      pipes.grow();
    } finally {
      pipes.end();
    }
    System.out.println("fine");
  }

  private void grow() throws Exception {
    List<Integer> toGrown = List.of(GROWN);
    List<Integer> toLarge = List.of(GROWN, LARGE);
    ReadEnd first = muchFromOneMore(toLarge);
    for (int i = 1; i < MOST_LARGE; i++) {
      muchFromOneMore(toLarge);
    }
    muchFromOneMore(toGrown).close(); // which makes no place, as it had none
    muchFromOneMore(toGrown);
    first.close();
    first.close();
    muchFromOneMore(toLarge);
    muchFromOneMore(toGrown); // one place for one that was closed
  }

  private ReadEnd muchFromOneMore(List<Integer> sizes) throws Exception {
    asked.clear();
    Spawned child = engine.spawn(TestEngines.printing("/bin/cat", "/dev/zero"));
    children.add(child);
    ReadEnd end = child.stdout();
    awaitFull(end);
    int total = read(end, PAGE);
    awaitFull(end);
    assertEquals(List.of(), asked, "nobody has read all that it held");
    total += read(end, SMALL);
    while (total < MUCH) {
      assertEquals(List.of(GROWN), asked, "after " + total);
      total += read(end, SMALL);
    }
    assertEquals(sizes, asked, "after " + total);
    while (total < MUCH + LARGE) {
      total += read(end, SMALL);
    }
    assertEquals(sizes, asked, "after " + total);
    return end;
  }

  private static void awaitFull(ReadEnd end) throws InterruptedException {
    Await.within(Duration.ofSeconds(60)).until("the pipe is full", () -> end.available() >= SMALL);
  }

  private int read(ReadEnd end, int most) throws Exception {
    int count = end.read(buffer, 0, most);
    assertTrue(count > 0, "the writer has ended");
    return count;
  }

  private void end() throws Exception {
    for (Spawned child : children) {
      child.stdout().close();
      child.signal(Linux.SIGKILL);
      assertTrue(child.awaitExit(TimeUnit.SECONDS.toNanos(60)));
    }
  }
}
