/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChildrenTest {

  private final Node root = new Node("root");

  @Test
  void shouldKnowParentAndStateWhenAttachedMovedAndDetached() {
    Node child = new Node("child");
    assertEquals(LinkState.ROOT, child.state());
    assertNull(child.parent());
    assertTrue(root.children.attach(child));
    assertEquals(LinkState.ATTACHED, child.state());
    assertSame(root, child.parent());
    assertFalse(root.children.attach(child), "it is there already");
    Node other = new Node("other");
    assertTrue(child.reparent(child, other.children));
    assertFalse(child.reparent(child, other.children));
    assertSame(other, child.requireParent());
    assertTrue(root.children.isEmpty());
    assertFalse(root.children.detach(child), "it is elsewhere");
    assertTrue(child.detach());
    assertFalse(child.detach());
    assertEquals(LinkState.ROOT, child.state());
    assertTrue(other.children.isEmpty());
  }

  @Test
  void shouldAttachAgainWhenDetachedOrOrphaned() {
    Node child = root.child("child");
    root.children.close(OrphanPolicy.ORPHAN);
    assertEquals(LinkState.ORPHANED, child.state());
    assertFalse(child.detach(), "an orphan has no parent to be taken from");
    Node next = new Node("next");
    assertTrue(next.children.attach(child));
    assertTrue(next.children.detach(child));
    assertTrue(next.children.adopt(child));
    assertEquals(List.of(child), next.children.snapshot());
  }

  @Test
  void shouldKeepTheOrderOfAttachmentWhenMembersComeAndGo() {
    List<String> expected = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      nodes.add(root.child("n" + i));
      expected.add("n" + i);
      if (i % 3 == 2) {
        Node gone = nodes.remove(i / 3);
        expected.remove(gone.name);
        assertTrue(root.children.detach(gone));
      }
      assertEquals(expected.size(), root.children.size());
    }
    assertEquals(expected, names(root.children.snapshot()));
    assertEquals(expected, root.children.stream().map(node -> node.name).toList());
    for (Node node : List.copyOf(nodes)) {
      assertTrue(root.children.contains(node));
      node.detach();
      assertFalse(root.children.contains(node));
    }
    assertTrue(root.children.isEmpty());
    assertEquals(0, root.children.slots().length, "an empty container keeps no array");
  }

  @Test
  void shouldGiveBackTheArrayWhenMostChildrenLeft() {
    List<Node> nodes = IntStream.range(0, 10_000).mapToObj(i -> root.child("n" + i)).toList();
    nodes.subList(10, 10_000).forEach(Node::detach);
    assertTrue(root.children.slots().length <= 64, () -> root.children.slots().length + " slots");
    assertEquals(nodes.subList(0, 10), root.children.snapshot());
  }

  @Test
  void shouldMeetEachChildOnceWhenTheArrayIsRenewedMeanwhile() {
    List<Node> stay = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      stay.add(root.child("n" + i));
    }
    List<String> met = new ArrayList<>();
    int step = 0;
    for (Node node : root.children) {
      met.add(node.name);
      for (int i = 0; i < 50; i++) { // forces many a new array
        root.child("new" + step++);
      }
      for (Node other : root.children.snapshot()) {
        if (other.name.startsWith("new")) {
          other.detach();
        }
      }
    }
    met.removeIf(name -> name.startsWith("new"));
    assertEquals(names(stay), met);
  }

  @Test
  void shouldPassOverAChildWhenItLeftBeforeItsTurn() {
    Node first = root.child("first");
    Node second = root.child("second");
    Node third = root.child("third");
    Iterator<Node> nodes = root.children.iterator();
    assertSame(first, nodes.next());
    second.detach();
    assertSame(third, nodes.next());
    assertThrows(NoSuchElementException.class, nodes::next);
    nodes.remove();
    assertThrows(IllegalStateException.class, nodes::remove);
    assertEquals(List.of("first"), names(root.children.snapshot()));
  }

  @Test
  void shouldWalkWithoutRecursionWhenTheTreeIsDeep() {
    Node at = root;
    for (int i = 0; i < 200_000; i++) {
      at = at.child("n" + i);
    }
    assertEquals(200_000, root.children.walk(node -> node.children).count());
    assertEquals(200_000, Trees.depth(at));
    assertSame(root, Trees.root(at));
    assertEquals(200_000, Trees.ancestors(at).size());
    Node deepest = at;
    assertThrows(IllegalArgumentException.class, () -> deepest.children.attach(root));
  }

  @Test
  void shouldVisitParentsBeforeTheirChildrenWhenWalking() {
    Node a = root.child("a");
    a.child("a1").child("a11");
    a.child("a2");
    root.child("b").child("b1");
    assertEquals(
        List.of("a", "a1", "a11", "a2", "b", "b1"),
        root.children.walk(node -> node.children).map(node -> node.name).toList());
    assertEquals(
        List.of("a", "b"), root.children.walk(node -> null).map(node -> node.name).toList());
  }

  @Test
  void shouldWorkWithAParentThatIsNoNodeAndWithSeveralContainers() {
    Object owner = "just an object";
    Children<Object, ObjectChild> left = Children.of(owner);
    Children<Object, ObjectChild> right = Children.of(owner);
    ObjectChild child = new ObjectChild();
    left.attach(child);
    assertSame(owner, child.parent());
    assertTrue(right.adopt(child));
    assertTrue(left.isEmpty());
    assertSame(owner, child.parent());
    assertEquals(List.of(owner), Trees.ancestors(child));
  }

  @Test
  void shouldNameNoWordsOfTheNodesInItsText() {
    root.child("secret");
    String text = root.children.toString();
    assertEquals("Children[of=dev.keelson.link.Node, size=1]", text);
  }

  private static List<String> names(List<Node> nodes) {
    return nodes.stream().map(node -> node.name).toList();
  }

  private static final class ObjectChild extends LinkedNode<Object> {}
}
