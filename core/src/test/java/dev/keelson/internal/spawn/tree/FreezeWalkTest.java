/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The walk over trees that fork, leave, end and have their pids taken over while it walks. */
class FreezeWalkTest {

  private static final int TREES = Integer.getInteger("keelson.trees", 20);

  /**
   * A walk that works is never out of time, however slow the machine; one that does not is soon.
   */
  private static final long AMPLE = TimeUnit.SECONDS.toNanos(20);

  private static final long BRIEF = TimeUnit.MILLISECONDS.toNanos(20);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void shouldEndEveryTreeAndTouchNobodyElse(int liveliness) {
    long first = Long.getLong("keelson.seed", System.nanoTime());
    for (long seed = first; seed < first + TREES; seed++) {
      assertEquals(List.of(), findings(new ProcessModel(seed, liveliness), AMPLE), "seed " + seed);
    }
  }

  /** A bug: nobody is stopped before its children are listed. */
  @Test
  void shouldBeFoundOutIfItDidNotStopAnybody() {
    assertTrue(
        isFoundOut(
            seed ->
                new ProcessModel(seed, 3) {
                  @Override
                  void stop(ModelProcess target) {}
                }));
  }

  /** A bug: a signal goes to whoever has the pid by then. */
  @Test
  void shouldBeFoundOutIfAHoldMeantAPid() {
    assertTrue(
        isFoundOut(
            seed ->
                new ProcessModel(seed, 3) {
                  @Override
                  @Nullable
                  ModelProcess held(ModelProcess opened) {
                    return find(opened.pid);
                  }
                }));
  }

  private interface Planted {
    ProcessModel model(long seed);
  }

  private static boolean isFoundOut(Planted planted) {
    for (long seed = 0; seed < 300; seed++) {
      if (!findings(planted.model(seed), BRIEF).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private static List<String> findings(ProcessModel model, long patience) {
    boolean gone = new Random(model.root.born).nextInt(8) == 0 && !model.root.isAlive();
    TreeReport report =
        TreeEnder.end(
            FreezeWalk.over(
                model,
                0,
                patience,
                model.root.pid,
                gone ? null : model.holdOn(model.root),
                !gone,
                "KEELSON_ID=x",
                model),
            new TreeEnding(0),
            patience);
    model.endOfTime();
    List<String> findings = new ArrayList<>(model.offences);
    report.escaped().forEach(member -> findings.add(member + " has escaped"));
    for (ModelProcess process : model.all()) {
      if (process.isAlive() && process.ofTree) {
        if (process.orphanedByKill) {
          findings.add("a kill has made " + process + " untraceable");
        } else if (isTraceable(process, model.root, gone)) {
          findings.add(process + " was forgotten");
        }
      }
    }
    return findings;
  }

  /**
   * Whether a sign or a parent leads to it, as its documentation says: the session means nothing
   * once its leader has been reaped.
   */
  private static boolean isTraceable(ModelProcess process, ModelProcess root, boolean gone) {
    return (gone ? process.cookie : process.hasSign(root))
        || process.parent != null
            && process.parent.ofTree
            && process.parent.isAlive()
            && isTraceable(process.parent, root, gone);
  }
}
