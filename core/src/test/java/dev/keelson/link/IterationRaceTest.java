/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who stays is met once and in order, whoever else comes and goes meanwhile. */
@Tag("process")
class IterationRaceTest {

  private static final boolean FULL = "full".equals(System.getProperty("keelson.stress"));
  private static final int STAY = 20;

  /** A container under test. */
  private interface Family extends Iterable<Node> {
    void come(Node node);

    void go(Node node);
  }

  private static final class Real implements Family {
    private final Children<Node, Node> children = new Node("parent").children;

    @Override
    public void come(Node node) {
      children.attach(node);
    }

    @Override
    public void go(Node node) {
      children.detach(node);
    }

    @Override
    public Iterator<Node> iterator() {
      return children.iterator();
    }
  }

  /** Fills the gap with the last one, as a container without order would. */
  private static final class Swapping implements Family {
    private final Node[] nodes = new Node[1_000];
    private volatile int size;

    @Override
    public void come(Node node) {
      nodes[size] = node;
      size = size + 1;
    }

    @Override
    public void go(Node node) {
      for (int i = 0; i < size; i++) {
        if (nodes[i] == node) {
          nodes[i] = nodes[size - 1];
          size = size - 1;
        }
      }
    }

    @Override
    public Iterator<Node> iterator() {
      return new Iterator<>() {
        private int next;

        @Override
        public boolean hasNext() {
          return next < size;
        }

        @Override
        public Node next() {
          return nodes[next++];
        }
      };
    }
  }

  @Test
  void shouldMeetWhoStaysOnceAndInOrderWhenOthersComeAndGo() throws Exception {
    race(new Real(), FULL ? 200_000 : 5_000);
  }

  @Test
  void shouldFindAContainerThatPutsTheLastInThePlaceOfTheGone() {
    assertThrows(AssertionError.class, () -> race(new Swapping(), 20_000_000));
  }

  private static void race(Family family, int rounds) throws Exception {
    List<Node> guests = new ArrayList<>();
    List<String> stay = new ArrayList<>();
    for (int i = 0; i < STAY; i++) { // each between two guests
      guests.add(new Node("guest"));
      family.come(guests.get(i));
      stay.add("stays" + i);
      family.come(new Node("stays" + i));
    }
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread churn = new Thread(() -> churn(family, guests, done));
    churn.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
    churn.start();
    try {
      for (int round = 0; round < rounds; round++) {
        List<String> met = new ArrayList<>();
        for (Node node : family) {
          if (!node.name.equals("guest")) {
            met.add(node.name);
          }
        }
        assertEquals(stay, met);
      }
    } finally {
      done.set(true);
      churn.join();
    }
    assertEquals(null, failure.get());
  }

  /** From twenty guests to none, to two hundred and back: the array is renewed many times. */
  private static void churn(Family family, List<Node> guests, AtomicBoolean done) {
    Random random = new Random(1);
    while (!done.get()) {
      if (random.nextBoolean() && guests.size() < 200) {
        Node guest = new Node("guest");
        guests.add(guest);
        family.come(guest);
      } else if (!guests.isEmpty()) {
        family.go(guests.remove(random.nextInt(guests.size())));
      }
    }
  }
}
