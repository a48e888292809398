/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random orders to a forest: one at a time against the model, and from four threads at once. */
@Tag("process")
class ForestTest {

  private static final boolean FULL = "full".equals(System.getProperty("keelson.stress"));
  private static final int NODES = 12;

  @Test
  void shouldDoWhatTheModelDoes() {
    long seed = Long.getLong("keelson.seed", System.nanoTime());
    for (int i = 0; i < (FULL ? 40_000 : 1_000); i++) {
      compare(new Forest.Real(NODES), new ModelForest(NODES), seed + i);
    }
  }

  @Test
  void shouldFindAPlantedCycle() {
    assertFound(
        () ->
            new ModelForest(NODES) {
              @Override
              boolean closesCycle(int parent, int child) {
                return false;
              }
            });
  }

  @Test
  void shouldFindAPlantedDisorder() {
    assertFound(
        () ->
            new ModelForest(NODES) {
              @Override
              void leave(int parent, int child) {
                List<Integer> kept = kept(parent);
                int last = kept.remove(kept.size() - 1);
                if (last != child) {
                  kept.set(kept.indexOf(child), last);
                }
              }
            });
  }

  @Test
  void shouldStayAForestWhenManyThreadsChangeIt() throws Exception {
    long seed = Long.getLong("keelson.seed", System.nanoTime());
    for (int round = 0; round < (FULL ? 2_000 : 50); round++) {
      Forest.Real forest = new Forest.Real(NODES);
      ExecutorService pool = Executors.newFixedThreadPool(4);
      try {
        List<Future<Integer>> work = new ArrayList<>();
        for (int thread = 0; thread < 3; thread++) {
          Random random = new Random(seed + 31L * round + thread);
          work.add(pool.submit(() -> change(forest, random)));
        }
        work.add(pool.submit(watch(forest)));
        for (Future<Integer> each : work) {
          each.get(60, TimeUnit.SECONDS);
        }
      } finally {
        pool.shutdownNow();
      }
      assertForest(forest, "seed " + seed + " round " + round);
    }
  }

  private static void assertFound(java.util.function.Supplier<ModelForest> planted) {
    assertThrows(
        AssertionError.class,
        () -> {
          for (int i = 0; i < 200; i++) {
            compare(planted.get(), new ModelForest(NODES), i);
          }
        });
  }

  private static void compare(Forest subject, Forest model, long seed) {
    Random random = new Random(seed);
    List<String> said = new ArrayList<>();
    for (int step = 0; step < 60; step++) {
      long before = random.nextLong();
      said.add(order(model, new Random(before)));
      assertEquals(
          said.get(step), order(subject, new Random(before)), () -> "seed " + seed + " " + said);
      for (int i = 0; i < NODES; i++) {
        assertEquals(model.parent(i), subject.parent(i), () -> "seed " + seed + " " + said);
        assertEquals(model.state(i), subject.state(i), () -> "seed " + seed + " " + said);
        assertEquals(model.children(i), subject.children(i), () -> "seed " + seed + " " + said);
      }
    }
  }

  private static String order(Forest forest, Random random) {
    int kind = random.nextInt(40);
    int a = random.nextInt(NODES);
    int b = random.nextInt(NODES);
    if (kind < 16) {
      return "attach " + a + " " + b + " " + forest.attach(a, b);
    } else if (kind < 30) {
      return "adopt " + a + " " + b + " " + forest.adopt(a, b);
    } else if (kind < 39) {
      return "detach " + b + " " + forest.detach(b);
    }
    return "close " + a + " " + forest.close(a);
  }

  private static int change(Forest forest, Random random) {
    for (int i = 0; i < 400; i++) {
      order(forest, random);
    }
    return 0;
  }

  /** Walks up and down meanwhile. A cycle would keep it for ever, and the deadline would tell. */
  private static Callable<Integer> watch(Forest.Real forest) {
    return () -> {
      int seen = 0;
      for (int i = 0; i < 300; i++) {
        Node node = forest.node(i % NODES);
        seen += Trees.depth(node);
        seen += (int) node.children.walk(each -> each.children).limit(1_000).count();
      }
      return seen;
    };
  }

  private static void assertForest(Forest.Real forest, String where) {
    int[] listed = new int[NODES];
    for (int parent = 0; parent < NODES; parent++) {
      List<Integer> children = forest.children(parent);
      assertEquals(children.size(), forest.node(parent).children.size(), where);
      for (int child : children) {
        listed[child]++;
        assertEquals(parent, forest.parent(child), where);
      }
      assertTrue(Trees.depth(forest.node(parent)) < NODES, where);
    }
    for (int child = 0; child < NODES; child++) {
      assertEquals(forest.state(child) == LinkState.ATTACHED ? 1 : 0, listed[child], where);
    }
  }
}
