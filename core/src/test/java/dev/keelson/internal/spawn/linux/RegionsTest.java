/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Region;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RegionsTest {

  private final Kernel kernel = mock(Kernel.class);
  private final Regions regions = new Regions(kernel);

  @BeforeEach
  void haveMemory() {
    when(kernel.allocate(anyInt()))
        .thenAnswer(call -> new Region(ByteBuffer.allocateDirect(call.getArgument(0)), 0));
  }

  @Test
  void shouldMakeNoMoreWhenOneThreadHoldsSeveralAgainAndAgain() {
    for (int i = 0; i < 100; i++) {
      Region arguments = regions.take();
      Region pipe = regions.take();
      assertNotSame(arguments, pipe);
      regions.give(pipe);
      regions.give(arguments);
    }

    verify(kernel, times(2)).allocate(Regions.SIZE);
  }

  @Test
  void shouldKeepEightAndLeaveTheRest() {
    List<Region> taken = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      taken.add(regions.take());
    }
    taken.forEach(regions::give);
    for (int i = 0; i < 20; i++) {
      assertEquals(i < 8, taken.contains(regions.take()));
    }
  }

  @Test
  void shouldKeepNoneThatIsLargerThanOthersNeed() {
    Region large = regions.take(Regions.SIZE + 1);
    regions.give(large);

    Region next = regions.take();

    assertNotSame(large, next);
    assertEquals(Regions.SIZE, next.size());
  }

  @Test
  void shouldFindWhatAnotherThreadHasGivenBack() throws Exception {
    Region region = regions.take();
    Thread other = new Thread(() -> regions.give(region));
    other.start();
    other.join();

    assertSame(region, regions.take());
  }

  @Test
  void shouldHaveOneHolderAtATimeWhenManyTakeAndGive() throws Exception {
    int threads = 6;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Integer>> users = new ArrayList<>();
      for (int user = 1; user <= threads; user++) {
        int mark = user;
        users.add(() -> clashes(mark));
      }
      int clashes = 0;
      for (Future<Integer> one : pool.invokeAll(users)) {
        clashes += one.get();
      }
      assertEquals(0, clashes);
    } finally {
      pool.shutdownNow();
      pool.awaitTermination(60, TimeUnit.SECONDS);
    }
  }

  /** How often another one wrote into a region that this one held. */
  private int clashes(int mark) {
    int clashes = 0;
    for (int i = 0; i < 20_000; i++) {
      Region first = regions.take();
      Region second = regions.take();
      first.bytes().putInt(0, mark);
      second.bytes().putInt(0, -mark);
      Thread.onSpinWait();
      if (first.bytes().getInt(0) != mark || second.bytes().getInt(0) != -mark) {
        clashes++;
      }
      regions.give(first);
      regions.give(second);
    }
    return clashes;
  }
}
