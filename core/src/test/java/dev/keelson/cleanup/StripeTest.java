/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StripeTest {

  private static final int STRIPE = 5;

  private final StripedRegistry registry =
      new StripedRegistry(new Leaks("test", LeakLevel.OFF, null), 1_000_000_000L, 3);
  private final Kind<Object> kind = new Kind<>(registry, state -> {}, String.class, Object.class);
  private final Object owner = new Object();

  private Node<Object> node() {
    return new Node<>(owner, "state", kind);
  }

  /** Against a plain list, over the edges of segments and up and down again. */
  @Test
  void shouldHoldWhatIsInAndNothingElse() {
    Random random = new Random(11);
    Stripe stripe = new Stripe(0);
    List<Node<?>> model = new ArrayList<>();
    for (int step = 0; step < 200_000; step++) {
      boolean grow = step / 4_000 % 2 == 0;
      if (model.isEmpty() || random.nextInt(10) < (grow ? 7 : 3)) {
        Node<?> node = node();
        assertEquals(Stripe.Inserted.UNWATCHED, stripe.insert(node, STRIPE, Node.PLACE, registry));
        assertEquals(STRIPE, Node.stripe(node.slot));
        model.add(node);
      } else {
        int at = random.nextInt(model.size());
        Node<?> node = model.set(at, model.get(model.size() - 1));
        model.remove(model.size() - 1);
        assertTrue(stripe.remove(node) != Node.OUT);
        assertEquals(Node.OUT, stripe.remove(node));
      }
      assertEquals(model.size(), stripe.size());
    }
    for (Node<?> last = stripe.last(); last != null; last = stripe.last()) {
      assertTrue(model.remove(last));
      stripe.remove(last);
    }
    assertEquals(List.of(), model);
  }

  @Test
  void shouldKeepMarksWhereNodesMove() {
    Stripe stripe = new Stripe(0);
    Node<?> first = node();
    Node<?> second = node();
    stripe.insert(first, STRIPE, 10, registry);
    stripe.insert(second, STRIPE, 10, registry);
    assertTrue(stripe.mark(second, true));
    assertEquals(0, stripe.remove(first) & Node.AT_EXIT);
    int slot = stripe.remove(second);
    assertEquals(Node.AT_EXIT, slot & Node.AT_EXIT);
    assertEquals(STRIPE, Node.stripe(slot));
    assertFalse(stripe.mark(second, true));
    assertNull(stripe.last());
  }

  @Test
  void shouldRefuseWhenClosedOrFull() {
    Stripe stripe = new Stripe(0);
    Node<?> in = node();
    assertEquals(Stripe.Inserted.UNWATCHED, stripe.insert(in, STRIPE, 1, registry));
    assertEquals(Stripe.Inserted.FULL, stripe.insert(node(), STRIPE, 1, registry));
    stripe.close();
    Node<?> late = node();
    assertEquals(Stripe.Inserted.CLOSED, stripe.insert(late, STRIPE, 1, registry));
    assertFalse(late.isAlive());
    assertSame(in, stripe.last());
  }

  @Test
  void shouldUseOtherStripesWhenOneIsFullAndSayWhenAllAre() {
    List<Registration<?>> all = new ArrayList<>();
    for (int i = 0; i < 64 * 3; i++) {
      all.add(registry.register(owner, "state", state -> {}, true));
    }
    assertEquals(64 * 3, registry.size());
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> registry.register(owner, "state", state -> {}, true));
    assertTrue(e.getMessage().contains("is full: it holds 192"), e.getMessage());
    all.forEach(Registration::close);
    assertEquals(0, registry.size());
    Reference.reachabilityFence(owner);
  }
}
