/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClosingTest {

  private final Node parent = new Node("parent");
  private final Children<Node, Leaf> leaves = Children.of(parent);
  private final List<String> closed = new ArrayList<>();

  @AfterEach
  void shouldBeClosedTwiceWithoutEffect() {
    leaves.close(OrphanPolicy.CLOSE_CHILDREN);
    leaves.close(OrphanPolicy.REFUSE_IF_CHILDREN);
    Thread.interrupted();
  }

  @ParameterizedTest
  @EnumSource(OrphanPolicy.class)
  void shouldCloseWhenThereWereNeverChildren(OrphanPolicy policy) {
    leaves.close(policy);
    assertTrue(leaves.isClosed());
    assertEquals(0, leaves.size());
  }

  @Test
  void shouldOrphanAllAndCloseNoneWhenToldToOrphan() {
    Leaf leaf = leaf("a");
    leaves.close(OrphanPolicy.ORPHAN);
    assertEquals(LinkState.ORPHANED, leaf.link.state());
    assertEquals(List.of(), closed);
    assertEquals(List.of(), leaves.snapshot());
    assertFalse(leaves.iterator().hasNext());
  }

  @Test
  void shouldStayOpenWhenToldToRefuse() {
    Leaf leaf = leaf("a");
    IllegalStateException refused =
        assertThrows(
            IllegalStateException.class, () -> leaves.close(OrphanPolicy.REFUSE_IF_CHILDREN));
    assertTrue(refused.getMessage().startsWith("1 children"), refused::getMessage);
    assertSame(parent, leaf.link.parent());
    leaf.link.detach();
    leaves.close(OrphanPolicy.REFUSE_IF_CHILDREN);
    assertTrue(leaves.isClosed());
  }

  @Test
  void shouldCloseTheLastFirstAndWithItsParentInSight() {
    leaf("a");
    leaf("b");
    Leaf last = leaf("c");
    leaves.close(OrphanPolicy.CLOSE_CHILDREN);
    assertEquals(List.of("c", "b", "a"), closed);
    assertEquals(LinkState.ORPHANED, last.link.state());
  }

  @Test
  void shouldGoOnWhenChildrenThrow() {
    leaf("a");
    leaves.attach(failing(new IOException("first")));
    leaf("b");
    leaves.attach(failing(new InterruptedException("second")));
    IllegalStateException failed =
        assertThrows(IllegalStateException.class, () -> leaves.close(OrphanPolicy.CLOSE_CHILDREN));
    assertEquals(List.of("b", "a"), closed);
    assertTrue(failed.getMessage().startsWith("2 of 4 children failed"), failed::getMessage);
    assertEquals("second", failed.getCause().getMessage());
    assertEquals("first", failed.getSuppressed()[0].getMessage());
    assertTrue(Thread.interrupted(), "the interrupt is not lost");
    assertTrue(leaves.isClosed());
  }

  @Test
  void shouldThrowAnErrorAsItIsWhenEverythingIsDone() {
    leaf("a");
    StackOverflowError planted = new StackOverflowError("planted");
    leaves.attach(failing(planted));
    assertSame(
        planted,
        assertThrows(StackOverflowError.class, () -> leaves.close(OrphanPolicy.CLOSE_CHILDREN)));
    assertEquals(List.of("a"), closed);
    assertTrue(leaves.isClosed());
  }

  /** Two may share a thread's one error, or a constant. */
  @Test
  void shouldThrowAnErrorAsItIsWhenSeveralChildrenThrowTheSame() {
    StackOverflowError planted = new StackOverflowError("planted");
    leaves.attach(failing(planted));
    leaves.attach(failing(planted));
    assertSame(
        planted,
        assertThrows(StackOverflowError.class, () -> leaves.close(OrphanPolicy.CLOSE_CHILDREN)));
    assertTrue(leaves.isClosed());
  }

  @Test
  void shouldCloseAllWhenTheClosingThreadCannotBeInterrupted() throws Exception {
    leaf("a");
    Leaf interrupted = failing(new InterruptedException("planted"));
    leaves.attach(interrupted);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread closer =
        new Thread(() -> leaves.close(OrphanPolicy.CLOSE_CHILDREN)) {
          @Override
          public void interrupt() {
            throw new SecurityException("not this one");
          }
        };
    closer.setUncaughtExceptionHandler((thread, e) -> thrown.set(e));
    closer.start();
    closer.join();
    assertEquals(List.of("a"), closed);
    assertTrue(thrown.get().getMessage().startsWith("1 of 2 children"), thrown.get()::getMessage);
    Throwable cause = thrown.get().getCause();
    assertEquals("planted", cause.getMessage());
    assertEquals("not this one", cause.getSuppressed()[0].getMessage());
    assertTrue(leaves.isClosed(), "half closed, for ever");
    assertEquals(LinkState.ORPHANED, interrupted.link.state());
  }

  @Test
  void shouldLetChildrenLeaveWhileTheyAreClosed() {
    Node next = new Node("next");
    Children<Node, Leaf> elsewhere = Children.of(next);
    Leaf moves =
        new Leaf("moves", closed) {
          @Override
          public void close() {
            elsewhere.adopt(this);
          }
        };
    Leaf leaves1 =
        new Leaf("leaves", closed) {
          @Override
          public void close() {
            assertThrows(
                IllegalStateException.class, () -> leaves.attach(new Leaf("late", closed)));
            leaves.close(OrphanPolicy.ORPHAN); // a second close is no deadlock
            assertTrue(leaves.detach(this));
          }
        };
    leaves.attach(moves);
    leaves.attach(leaves1);
    leaves.close(OrphanPolicy.CLOSE_CHILDREN);
    assertSame(next, moves.link.parent());
    assertEquals(LinkState.ROOT, leaves1.link.state());
  }

  @Test
  void shouldCallBackInTheOrderOfWatchingWhenClosed() {
    Leaf a = leaf("a");
    Leaf b = leaf("b");
    Leaf moved = leaf("moved");
    List<Leaf> told = Told.LEAVES;
    told.clear();
    b.link.onOrphaned(b, Told::add, Runnable::run);
    a.link.onOrphaned(a, Told::add, Runnable::run);
    moved.link.onOrphaned(moved, Told::add, Runnable::run);
    Children<Node, Leaf> elsewhere = Children.of(new Node("other"));
    elsewhere.adopt(moved);
    leaves.close(OrphanPolicy.ORPHAN);
    assertEquals(List.of(b, a), told);
    a.link.onOrphaned(a, Told::add, Runnable::run);
    assertEquals(List.of(b, a, a), told, "an orphan is told at once");
    assertEquals(0, Orphans.watched());
    Leaf never = new Leaf("never attached", closed);
    assertThrows(
        IllegalStateException.class, () -> never.link.onOrphaned(never, Told::add, Runnable::run));
  }

  @Test
  void shouldNotTellAChildThatLeftAndCameBack() {
    Told.LEAVES.clear();
    Leaf leaf = leaf("comes and goes");
    Children<Node, Leaf> elsewhere = Children.of(new Node("other"));
    for (int i = 0; i < 3; i++) {
      leaf.link.onOrphaned(leaf, Told::add, Runnable::run);
      assertTrue(leaves.detach(leaf));
      assertEquals(0, Orphans.watched(), "what is over is kept");
      leaves.attach(leaf);
      leaf.link.onOrphaned(leaf, Told::add, Runnable::run);
      elsewhere.adopt(leaf);
      assertEquals(0, Orphans.watched(), "what is over is kept");
      leaves.adopt(leaf);
    }
    leaves.close(OrphanPolicy.ORPHAN);
    assertEquals(List.of(), Told.LEAVES);
  }

  @Test
  void shouldTellThoseWhoStayWhenOthersLeave() {
    Told.LEAVES.clear();
    List<Leaf> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Leaf leaf = leaf("n" + i);
      leaf.link.onOrphaned(leaf, Told::add, Runnable::run);
      all.add(leaf);
    }
    Leaf twice = all.get(7);
    twice.link.onOrphaned(twice, Told::add, Runnable::run);
    for (int i = 0; i < 40; i += 2) {
      leaves.detach(all.get(i));
    }
    leaves.close(OrphanPolicy.ORPHAN);
    List<Leaf> expected = new ArrayList<>();
    for (int i = 1; i < 40; i += 2) {
      expected.add(all.get(i));
    }
    expected.add(expected.indexOf(twice), twice);
    assertEquals(expected, Told.LEAVES);
    assertEquals(0, Orphans.watched());
  }

  /** A stranger among the watched children, whose own code fails, is no affair of the others. */
  @Test
  void shouldCallNoCodeOfOtherChildrenWhenOneIsWatched() {
    Told.LEAVES.clear();
    AtomicBoolean armed = new AtomicBoolean();
    for (int i = 0; i < 16; i++) {
      Leaf leaf =
          new Leaf("n" + i, closed) {
            @Override
            public ParentLink<Node> parentLink() {
              if (armed.get()) {
                throw new IllegalStateException("planted");
              }
              return super.parentLink();
            }
          };
      leaves.attach(leaf);
      leaf.link.onOrphaned(leaf, Told::add, Runnable::run);
    }
    armed.set(true);
    Leaf last = leaf("last");
    last.link.onOrphaned(last, Told::add, Runnable::run);
    leaves.close(OrphanPolicy.ORPHAN);
    assertEquals(17, Told.LEAVES.size());
    assertSame(last, Told.LEAVES.get(16));
  }

  private Leaf leaf(String name) {
    Leaf leaf = new Leaf(name, closed);
    leaves.attach(leaf);
    return leaf;
  }

  private Leaf failing(Throwable failure) {
    return new Leaf("failing", closed) {
      @Override
      public void close() throws Exception {
        if (failure instanceof Error error) {
          throw error;
        }
        throw (Exception) failure;
      }
    };
  }

  /** Callbacks capture nothing, so what they were told is static. */
  private static final class Told {
    static final List<Leaf> LEAVES = Collections.synchronizedList(new ArrayList<>());

    static void add(Leaf leaf) {
      LEAVES.add(leaf);
    }
  }
}
