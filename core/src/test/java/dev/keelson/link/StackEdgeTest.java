/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** Children that come and go where the stack ends: no stripe stays taken, none is half attached. */
@Tag("process")
@Timeout(300)
class StackEdgeTest {

  private static final int ROUNDS = 60;

  /**
   * Little more than a thread needs: JDK 17 looks at each frame of the stack, whenever that ends,
   * for a method that has leave to go on.
   */
  private static final long STACK_BYTES = 160 * 1024;

  /** At most, in a round: each that finds no stack lets the next begin anew. */
  private static final int TRIES = 300;

  private final List<Node> parents = new ArrayList<>();
  private final List<Node> children = new ArrayList<>();
  private int tried;
  private int overflows;
  private int shift;

  /** Each level moves a child, on the way down and, from the edge, on the way up. */
  private int descend(int depth) {
    try {
      int below = depth < 0 ? 0 : descend(depth + 1);
      if (below < 40 && tried < (shift + 1) * TRIES) {
        move(depth);
      }
      return below + 1;
    } catch (StackOverflowError | InternalError e) { // the latter where the JVM links a call
      overflows++;
      return 0;
    }
  }

  private void move(int depth) {
    Node child = children.get(tried++ % children.size());
    Node parent = parents.get((depth + tried) % parents.size());
    if ((depth + shift) % 3 == 0) {
      boolean unused = child.parentLink().detach();
    } else {
      boolean unused = parent.children.adopt(child);
    }
  }

  @RepeatedTest(2)
  void shouldStayWholeWhereTheStackEnds() throws Exception {
    for (int i = 0; i < 200; i++) {
      parents.add(new Node("parent"));
      children.add(new Node("child"));
      parents.get(i).children.attach(children.get(i));
    }
    boolean moved = parents.get(1).children.adopt(children.get(0)); // all is loaded here
    boolean detached = children.get(0).parentLink().detach();
    assertTrue(moved && detached);
    Thread thread =
        new Thread(
            null,
            () -> {
              for (shift = 0; shift < ROUNDS; shift++) {
                int unused = descend(0);
              }
            },
            "deep",
            STACK_BYTES);
    thread.start();
    thread.join(TimeUnit.SECONDS.toMillis(120));
    assertFalse(thread.isAlive(), "it waits for a stripe");
    assertTrue(overflows >= ROUNDS, "the stack never ended");
    assertTimeoutPreemptively(Duration.ofSeconds(60), this::assertWhole);
  }

  /** Waits for ever where a stripe was left locked. */
  private void assertWhole() {
    int attached = 0;
    for (Node parent : parents) {
      for (Node child : parent.children) {
        assertSame(parent, child.parentLink().parent());
        attached++;
      }
    }
    long linked = children.stream().filter(child -> child.parentLink().parent() != null).count();
    assertEquals(linked, attached, "each child is where it says");
    for (Node child : children) {
      boolean unused = parents.get(0).children.adopt(child);
    }
  }
}
