/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.internal.threads.StackRoom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Registrations that are made and ended where the stack ends: no lock stays taken, nothing runs
 * twice.
 */
@Tag("process")
@Timeout(120)
class StackEdgeTest {

  private static final int ROUNDS = 60;

  /**
   * Little more than a thread needs: JDK 17 looks at each frame of the stack, whenever that ends,
   * for a method that has leave to go on.
   */
  private static final long STACK_BYTES = 160 * 1024;

  /** At most, in a round: each of them that finds no stack lets the next begin anew. */
  private static final int TRIES = 500;

  private final CleanupRealm realm = Flavour.OWN.realm();
  private final Object owner = new Object();
  private final List<Resource> resources = new ArrayList<>();
  private final List<Registration<Resource>> made = new ArrayList<>(10_000);
  private int tried;
  private int overflows;
  private int shift;

  /** Each level makes one and ends one, on the way down and, from the edge, on the way up. */
  private int descend(int depth) {
    try {
      int below = depth < 0 ? 0 : descend(depth + 1);
      if (below < 40 && tried < (shift + 1) * TRIES) {
        makeAndEnd(depth);
      }
      return below + 1;
    } catch (StackOverflowError | InternalError e) { // the latter where the JVM links a call
      overflows++;
      return 0;
    }
  }

  private void makeAndEnd(int depth) {
    // One that was put in before its maker had no stack left to say so has its resource: never use
    // one twice.
    Resource resource = resources.get(tried++);
    Registration<Resource> registration = realm.register(owner, resource, Resource::release);
    made.add(registration);
    if ((depth + shift) % 2 == 0) {
      registration.clean();
    }
  }

  /** How it is asked for is found out with more stack than there is in the tests. */
  @BeforeAll
  static void ask() {
    StackRoom.ensure();
  }

  @RepeatedTest(10)
  void shouldStayWholeWhereTheStackEnds() throws Exception {
    for (int i = 0; i < ROUNDS * TRIES; i++) {
      resources.add(new Resource());
    }
    Thread thread =
        new Thread(
            null,
            () -> {
              for (shift = 0; shift < ROUNDS; shift++) {
                descend(0);
              }
            },
            "deep",
            STACK_BYTES);
    thread.start();
    thread.join();

    assertTrue(overflows >= ROUNDS, "the stack never ended");
    assertTrue(made.size() >= ROUNDS, "nothing was made near the end: " + made.size());
    long alive = made.stream().filter(Registration::isAlive).count();
    for (Registration<Resource> each : made) {
      each.close();
    }
    // What its maker could not say is in, and runs with the realm.
    assertTrue(realm.size() <= overflows, realm.size() + " of " + alive);
    realm.close();
    assertEquals(0, realm.size());
    resources.forEach(each -> assertTrue(each.count() <= 1));
  }

  private int leftAtTheEdge;
  private int ranLater;
  private int left;

  /** Closes it as deep down as it can be closed. */
  private static void closeAtTheEdge(CleanupScope scope, int depth) {
    try {
      if (depth >= 0) {
        closeAtTheEdge(scope, depth + 1);
      }
    } catch (StackOverflowError | InternalError e) {
      // further up there is more room
    }
    if (scope.isAlive()) {
      scope.close();
    }
  }

  private void closeTwice() {
    CleanupScope scope = realm.scope(owner);
    for (int i = 0; i < 20; i++) {
      Resource resource = new Resource();
      resources.add(resource);
      scope.register(resource, Resource::release);
    }
    if (resources.size() > 20) { // the first time there is room: everything is linked then
      closeAtTheEdge(scope, 0);
    }
    long before = ran();
    leftAtTheEdge += scope.size();
    scope.close();
    left += scope.size();
    ranLater += (int) (ran() - before);
  }

  private long ran() {
    return resources.stream().filter(each -> each.count() > 0).count();
  }

  @Test
  void shouldRunTheRestWhenAScopeThatWasClosedAtTheEdgeIsClosedAgain() throws Exception {
    Runnable rounds =
        () -> {
          for (int i = 0; i < ROUNDS; i++) {
            closeTwice();
          }
        };
    Thread thread = new Thread(null, rounds, "deep", STACK_BYTES);
    thread.start();
    thread.join();

    assertEquals(0, left);
    assertEquals(leftAtTheEdge, ranLater);
    resources.forEach(each -> assertTrue(each.count() <= 1));
    // 20 were left before there was any edge. In a JVM that has compiled it as one, none may be.
    assumeTrue(leftAtTheEdge > 20, "every close had room");
  }
}
