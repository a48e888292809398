/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and that nothing changed then. */
class BadInputTest {

  private final Node root = new Node("root");
  private final Node child = root.child("child");

  @AfterEach
  void shouldLeaveNoWatchBehind() {
    root.children.close(OrphanPolicy.ORPHAN);
    assertEquals(0, Orphans.watched());
  }

  @Test
  @SuppressWarnings("NullAway")
  void shouldNameTheArgumentWhenItIsNull() {
    refused(NullPointerException.class, "parent", () -> Children.of(null));
    refused(NullPointerException.class, "child", () -> root.children.attach(null));
    refused(NullPointerException.class, "child", () -> root.children.adopt(null));
    refused(NullPointerException.class, "child", () -> root.children.detach(null));
    refused(NullPointerException.class, "child", () -> root.children.contains(null));
    refused(NullPointerException.class, "policy", () -> root.children.close(null));
    refused(NullPointerException.class, "childrenOf", () -> root.children.walk(null));
    refused(NullPointerException.class, "child", () -> child.reparent(null, root.children));
    refused(NullPointerException.class, "to", () -> child.reparent(child, null));
    refused(NullPointerException.class, "child", () -> child.onOrphaned(null, n -> {}, r -> {}));
    refused(NullPointerException.class, "callback", () -> child.onOrphaned(child, null, r -> {}));
    refused(NullPointerException.class, "executor", () -> child.onOrphaned(child, n -> {}, null));
    refused(NullPointerException.class, "work", () -> child.pinUntil(null));
    refused(NullPointerException.class, "node", () -> Trees.root(null));
    refused(NullPointerException.class, "node", () -> Trees.depth(null));
    refused(NullPointerException.class, "node", () -> Trees.ancestors(null));
    assertSame(root, child.parent());
  }

  @Test
  void shouldRefuseWhenANodeWouldOwnItself() {
    refused(IllegalArgumentException.class, "the parent itself", () -> root.children.attach(root));
    assertEquals(LinkState.ROOT, root.state());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 1000})
  void shouldRefuseWhenACycleOfAnyLengthWouldClose(int length) {
    Node at = root;
    for (int i = 0; i < length; i++) {
      at = at.child("n" + i);
    }
    Node deepest = at;
    refused(IllegalArgumentException.class, "cycle", () -> deepest.children.attach(root));
    refused(IllegalArgumentException.class, "cycle", () -> deepest.children.adopt(root));
    Node top = root.children.iterator().next();
    refused(IllegalArgumentException.class, "parent itself", () -> top.reparent(top, top.children));
    assertEquals(LinkState.ROOT, root.state());
    assertSame(root, top.parent());
    assertEquals(0, deepest.children.size());
  }

  @Test
  void shouldRefuseACycleWhenTheLinksAreFields() {
    FieldNode a = new FieldNode();
    FieldNode b = new FieldNode();
    FieldNode c = new FieldNode();
    a.children.attach(b);
    b.children.attach(c);
    refused(IllegalArgumentException.class, "cycle", () -> c.children.attach(a));
    refused(IllegalArgumentException.class, "parent itself", () -> a.children.attach(a));
    assertEquals(List.of(b, a), Trees.ancestors(c));
  }

  @Test
  void shouldRefuseWhenTheChildIsAttachedElsewhere() {
    Node other = new Node("other");
    refused(IllegalStateException.class, "use reparent", () -> other.children.attach(child));
    assertSame(root, child.parent());
    assertTrue(other.children.isEmpty());
  }

  @Test
  void shouldRefuseWhenTheContainerIsClosed() {
    Node other = new Node("other");
    other.children.close(OrphanPolicy.ORPHAN);
    assertTrue(other.children.isClosed());
    refused(IllegalStateException.class, "closed", () -> other.children.attach(new Node("late")));
    refused(IllegalStateException.class, "closed", () -> other.children.adopt(child));
    assertSame(root, child.parent(), "a refused move leaves the child where it is");
    assertEquals(List.of(child), root.children.snapshot());
    assertEquals("Children[of=dev.keelson.link.Node, closed]", other.children.toString());
  }

  @Test
  void shouldRefuseWhenTheLinkIsNotTheChildsOwn() {
    ParentLink<Node> shared = ParentLink.unattached();
    Linked<Node> first = () -> shared;
    Linked<Node> second = () -> shared;
    Children<Node, Linked<Node>> children = Children.of(new Node("p"));
    children.attach(first);
    refused(IllegalArgumentException.class, "another child's", () -> children.attach(second));
    refused(IllegalArgumentException.class, "another node", () -> children.attach(() -> child));
    refused(
        IllegalArgumentException.class,
        "is not the one",
        () -> child.onOrphaned(new Node("x"), n -> {}, r -> {}));
    refused(
        IllegalArgumentException.class,
        "is not the one",
        () -> child.reparent(new Node("x"), root.children));
    assertEquals(List.of(first), children.snapshot());
  }

  @Test
  @SuppressWarnings("NullAway")
  void shouldRefuseWhenThereIsNoLink() {
    Children<Node, Linked<Node>> children = Children.of(new Node("p"));
    refused(IllegalStateException.class, "is null", () -> children.attach(() -> null));
    Linked<Node> early = () -> null;
    Children<Linked<Node>, LinkedNode<Linked<Node>>> beneath = Children.of(early);
    refused(
        IllegalStateException.class,
        "is null",
        () -> beneath.attach(new LinkedNode<Linked<Node>>() {}));
  }

  @Test
  void shouldRefuseALinkInThePlaceOfAParent() {
    refused(
        IllegalArgumentException.class,
        "pass the node",
        () -> Children.of(ParentLink.unattached()));
  }

  @Test
  void shouldRefuseToBeCloned() {
    class Copyable extends LinkedNode<Node> implements Cloneable {}
    Executable copy = () -> new Copyable().clone();
    assertTrue(
        assertThrows(CloneNotSupportedException.class, copy).getMessage().contains("constructor"));
  }

  @Test
  void shouldRefuseAnExecutorThatRefuses() {
    child.onOrphaned(
        child,
        node -> {},
        task -> {
          throw new RejectedExecutionException("full");
        });
    root.children.close(OrphanPolicy.ORPHAN); // logged, and nothing else
    assertEquals(LinkState.ORPHANED, child.state());
  }

  @Test
  void shouldSayWhyThereIsNoParentWhenOneIsRequired() {
    OrphanedException never =
        assertThrows(OrphanedException.class, () -> new Node("x").requireParent());
    assertEquals(LinkState.ROOT, never.state());
    root.children.close(OrphanPolicy.ORPHAN);
    OrphanedException lost = assertThrows(OrphanedException.class, child::requireParent);
    assertEquals(LinkState.ORPHANED, lost.state());
    assertTrue(lost.getMessage().contains("pin()"), lost::getMessage);
    assertNull(child.parent());
  }

  @Test
  void shouldNotPinWhenTheWorkRefusesToBeWatched() {
    int before = Pin.count();
    CompletableFuture<String> broken =
        new CompletableFuture<>() {
          @Override
          public CompletableFuture<String> whenComplete(
              java.util.function.BiConsumer<? super String, ? super Throwable> action) {
            throw new UnsupportedOperationException("planted");
          }
        };
    assertThrows(UnsupportedOperationException.class, () -> child.pinUntil(broken));
    assertEquals(before, Pin.count());
  }

  @Test
  void shouldRefuseCallbacksThatCapture() {
    List<String> told = new ArrayList<>();
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> child.onOrphaned(child, node -> told.add("x"), Runnable::run));
    assertTrue(refused.getMessage().contains("captures a java.util.List"), refused::getMessage);
    refused(
        IllegalArgumentException.class,
        "captures a dev.keelson.link.BadInputTest",
        () -> child.onOrphaned(child, this::own, Runnable::run));
    child.onOrphaned(child, BadInputTest::ofNobody, Runnable::run);
  }

  @Test
  void shouldRefuseAnExecutorThatIsTheParent() {
    class Pool implements java.util.concurrent.Executor {
      @Override
      public void execute(Runnable task) {
        task.run();
      }
    }
    Pool pool = new Pool();
    LinkedNode<Pool> job = new LinkedNode<>() {};
    Children<Pool, LinkedNode<Pool>> jobs = Children.of(pool);
    jobs.attach(job);
    refused(
        IllegalArgumentException.class,
        "executor is the parent",
        () -> job.onOrphaned(job, BadInputTest::ofAnybody, pool));
  }

  private static void ofAnybody(LinkedNode<?> node) {}

  private void own(Node node) {
    node.detach();
  }

  private static void ofNobody(Node node) {}

  private static void refused(
      Class<? extends RuntimeException> type, String words, Executable call) {
    RuntimeException refusal = assertThrows(type, call);
    assertTrue(String.valueOf(refusal.getMessage()).contains(words), refusal::toString);
  }

  private static final class FieldNode implements Linked<FieldNode> {
    private final ParentLink<FieldNode> link = ParentLink.unattached();
    private final Children<FieldNode, FieldNode> children = Children.of(this);

    @Override
    public ParentLink<FieldNode> parentLink() {
      return link;
    }
  }
}
