/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Registrations for races: of a registry that all share, with an owner that never dies. */
final class Waiting {

  static final StripedRegistry REGISTRY =
      new StripedRegistry(new Leaks("races", LeakLevel.OFF, null), 1_000_000_000L);
  static final Object OWNER = new Object();

  private Waiting() {}

  /** A state that counts its releases; what counts them is not what is tested. */
  static final class Count {
    private static final VarHandle RUNS;

    static {
      try {
        RUNS = MethodHandles.lookup().findVarHandle(Count.class, "runs", int.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    private volatile int runs;

    void release() {
      RUNS.getAndAdd(this, 1);
    }

    int runs() {
      return runs;
    }
  }

  static Node<Count> node(Count count) {
    return (Node<Count>) REGISTRY.register(OWNER, count, Count::release, true);
  }

  /** What the collector's thread does with a node that it is handed. */
  static boolean collect(Node<?> node) {
    return node.cleanCollected();
  }
}
