/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The protocol alone, on a tree that does what it is told. */
class TreeEnderTest {

  private static final long AGES = TimeUnit.MINUTES.toNanos(5);

  private final FakeTree tree = new FakeTree();

  @Test
  void shouldLookTwiceWhereNobodyIsLeft() {
    assertSame(TreeReport.NOTHING, TreeEnder.end(tree, new TreeEnding(AGES)));
    assertEquals(2, tree.looks);
  }

  /** Its parent cleared its own environment between the list of the first look and the reading. */
  @Test
  void shouldFindWhoWasForkedDuringASureLook() {
    tree.appearsInLook(2, new FakeProcess(5));

    TreeReport report = TreeEnder.end(tree, new TreeEnding(AGES));
    assertEquals(List.of(new TreeReport.Member(5, "fake", 15)), report.ended());
  }

  @Test
  void shouldLookAgainWhereTheFirstLookWasNotSure() {
    tree.unsureLooks = 1;
    tree.appearsInLook(2, new FakeProcess(5));

    TreeReport report = TreeEnder.end(tree, new TreeEnding(AGES));
    assertEquals(List.of(new TreeReport.Member(5, "fake", 15)), report.ended());
  }

  @Test
  void shouldOnlyAskThoseThatObey() {
    tree.appearsInLook(1, new FakeProcess(5));

    TreeReport report = TreeEnder.end(tree, new TreeEnding(AGES));
    assertEquals(List.of(new TreeReport.Member(5, "fake", 15)), report.ended());
    assertEquals(List.of(), report.escaped());
    assertEquals(3, tree.looks, "the scan, and two looks that find nobody");
  }

  @Test
  void shouldKillThoseThatDoNotObey() {
    tree.appearsInLook(1, new FakeProcess(5).ignoringTerm());

    long start = System.nanoTime();
    TreeReport report = TreeEnder.end(tree, new TreeEnding(TimeUnit.MILLISECONDS.toNanos(60)));
    assertEquals(List.of(new TreeReport.Member(5, "fake", 9)), report.ended());
    assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(60), "has its grace");
  }

  @Test
  void shouldKillAtOnceWithoutGrace() {
    FakeProcess process = new FakeProcess(5);
    tree.appearsInLook(1, process);

    TreeReport report = TreeEnder.end(tree, new TreeEnding(0));
    assertEquals(List.of(new TreeReport.Member(5, "fake", 9)), report.ended());
    assertFalse(process.wasAsked);
  }

  @Test
  void shouldEndWhoAppearsDuringTheGraceAndAfterTheFirstLookWithoutAnybody() {
    tree.appearsInLook(1, new FakeProcess(5));
    tree.appearsInLook(3, new FakeProcess(6));

    TreeReport report = TreeEnder.end(tree, new TreeEnding(AGES));
    assertEquals(
        List.of(new TreeReport.Member(5, "fake", 15), new TreeReport.Member(6, "fake", 15)),
        report.ended());
  }

  @Test
  void shouldListWhoCannotBeEndedAndGiveUpInTime() {
    tree.appearsInLook(1, new FakeProcess(5));
    tree.appearsInLook(1, new FakeProcess(6).untouchable());

    long start = System.nanoTime();
    TreeReport report = TreeEnder.end(tree, new TreeEnding(0));
    long took = System.nanoTime() - start;
    assertEquals(List.of(new TreeReport.Member(5, "fake", 9)), report.ended());
    assertEquals(List.of(new TreeReport.Member(6, "fake", 0)), report.escaped());
    assertTrue(took < TimeUnit.SECONDS.toNanos(30), () -> "took " + took);
  }

  @Test
  void shouldNotCallItEscapedWhenWhoWasSentKillTakesItsTime() {
    tree.appearsInLook(1, new FakeProcess(5).dyingSlowly());

    TreeReport report = TreeEnder.end(tree, new TreeEnding(0));
    assertEquals(List.of(new TreeReport.Member(5, "fake", 9)), report.ended());
    assertEquals(List.of(), report.escaped());
  }

  @Test
  void shouldLeaveWhoIsLeftToAWorkerWhenThePatienceIsOver() {
    FakeProcess process = new FakeProcess(5).untouchable();
    tree.appearsInLook(1, process);
    List<Runnable> chases = new ArrayList<>();

    TreeReport report = TreeEnder.end(tree, new TreeEnding(0), 1, chases::add);
    assertEquals(List.of(new TreeReport.Member(5, "fake", 0)), report.escaped());
    assertEquals(0, tree.closed);

    process.mortal = true;
    chases.get(0).run();
    assertFalse(process.alive);
    assertEquals(1, tree.closed);
  }

  /** As in a storm of forks that has taken all processes that the user may have. */
  @Test
  void shouldChaseItselfWhenThereIsNoThreadForAWorker() {
    FakeProcess process = new FakeProcess(5).dyingSlowly();
    tree.appearsInLook(1, process);

    TreeReport report =
        TreeEnder.end(
            tree,
            new TreeEnding(0),
            1,
            chase -> {
              process.mortal = true;
              throw new OutOfMemoryError("unable to create native thread");
            });
    assertFalse(process.alive, "it was let go");
    assertEquals(List.of(new TreeReport.Member(5, "fake", 9)), report.ended());
    assertEquals(1, tree.closed);
  }

  @Test
  void shouldKeepAnInterruptAndTheGrace() {
    tree.appearsInLook(1, new FakeProcess(5).ignoringTerm());

    Thread.currentThread().interrupt();
    long start = System.nanoTime();
    TreeReport report = TreeEnder.end(tree, new TreeEnding(TimeUnit.MILLISECONDS.toNanos(60)));
    assertTrue(Thread.interrupted());
    assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(60));
    assertEquals(List.of(new TreeReport.Member(5, "fake", 9)), report.ended());
  }

  private static final class FakeTree implements TreeView {

    private final List<FakeProcess> coming = new ArrayList<>();
    private final List<FakeProcess> present = new ArrayList<>();
    private int unsureLooks;
    private int looks;
    private int closed;

    void appearsInLook(int look, FakeProcess process) {
      process.look = look;
      coming.add(process);
    }

    @Override
    public List<TreeMember> look() {
      looks++;
      coming.stream().filter(process -> process.look == looks).forEach(present::add);
      return present.stream().filter(process -> process.alive).map(p -> p.member).toList();
    }

    @Override
    public boolean isSure() {
      return looks > unsureLooks;
    }

    @Override
    public void close() {
      closed++;
    }
  }

  private static final class FakeProcess {

    private final TreeMember member;
    private boolean alive = true;
    private boolean obeys = true;
    private boolean mortal = true;
    private boolean touchable = true;
    private boolean wasAsked;
    private int look;

    FakeProcess(long pid) {
      ProcessHandle handle = mock(ProcessHandle.class);
      when(handle.pid()).thenReturn(pid);
      when(handle.destroy())
          .thenAnswer(
              call -> {
                wasAsked = true;
                alive &= !obeys;
                return touchable;
              });
      when(handle.destroyForcibly())
          .thenAnswer(
              call -> {
                alive &= !mortal;
                return touchable;
              });
      member = new HandleMember(handle, "fake");
    }

    FakeProcess ignoringTerm() {
      obeys = false;
      return this;
    }

    FakeProcess dyingSlowly() {
      mortal = false;
      return ignoringTerm();
    }

    FakeProcess untouchable() {
      touchable = false;
      return dyingSlowly();
    }
  }
}
