/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.engines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.internal.linux.Kernels;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.spawn.ChunkSink;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.linux.LinuxEngine;
import dev.keelson.internal.spawn.portable.PortableEngine;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.NoLeaks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.annotation.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An end that is closed or finished while it is handed to the loop that is to drain it. */
@Tag("process")
@Timeout(120)
@NoLeaks
@EnabledIf("isThisLanes")
class DrainHandOverTest {

  private enum Ending {
    CLOSE(ReadEnd::close),
    FINISH(ReadEnd::finish);

    private final Consumer<ReadEnd> asks;

    Ending(Consumer<ReadEnd> asks) {
      this.asks = asks;
    }
  }

  private static final Runnable NOTHING = () -> {};

  /** Run by the thread that registers an end for good, just before it does. */
  private final AtomicReference<Runnable> beforeRegistration = new AtomicReference<>(NOTHING);

  /** The calls of the thread that runs the above. */
  private final List<String> calls = new ArrayList<>();

  private final AtomicReference<Thread> watched = new AtomicReference<>();
  private final AtomicInteger ends = new AtomicInteger();

  private final SpawnEngine engine =
      LinuxEngine.create(RefusingKernel.judged(this::judge), PortableEngine.create());

  static boolean isThisLanes() {
    return Kernels.whyNot().isEmpty();
  }

  private Object judge(String call, Object[] arguments, RefusingKernel.RealCall real)
      throws Throwable {
    if (call.equals("epollControl")
        && arguments[1].equals(Linux.EPOLL_CTL_ADD)
        && arguments[3].equals(Linux.EPOLLIN)) {
      beforeRegistration.getAndSet(NOTHING).run();
    }
    if (watched.get() == Thread.currentThread()) {
      calls.add(call);
    }
    return real.make();
  }

  private final class Counting implements ChunkSink {
    @Override
    public void chunk(ByteBuffer bytes) {
      bytes.position(bytes.limit());
    }

    @Override
    public void end(boolean complete, @Nullable IOException failure) {
      ends.incrementAndGet();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotGiveTheLoopAnEndThatIsNotRegisteredYet(Ending how) throws Exception {
    Spawned child = engine.spawn(TestEngines.printing("/bin/sleep", "1000"));
    try {
      ReadEnd end = child.stdout();
      beforeRegistration.set(
          () -> {
            watched.set(Thread.currentThread());
            how.asks.accept(end); // as another thread may, which nobody could tell from this one
            watched.set(null);
          });
      end.drainTo(new Counting());

      assertEquals(List.of(), calls, "what tells the loop before the end is its");
      Await.within(Duration.ofSeconds(30)).until("it is told of the end", () -> ends.get() > 0);
    } finally {
      child.signal(9);
      assertTrue(child.awaitExit(TimeUnit.SECONDS.toNanos(60)));
    }
    assertEquals(1, ends.get());
  }
}
