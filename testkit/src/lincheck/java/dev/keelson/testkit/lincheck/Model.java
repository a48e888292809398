/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.lincheck;

import java.util.EnumSet;
import java.util.Set;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;

/** What is put to Lincheck: a class of operations, and whether there is a race in it. */
enum Model {
  PLANTED_WAKER(WakerModel.Planted.class),
  PLANTED_LOCK(LockModel.Planted.class),
  PLANTED_TENURE(TenureModel.Planted.class),
  PLANTED_CLEANUP(CleanupModel.Planted.class),
  WAKER(WakerModel.class),
  LOCK(LockModel.class),
  TENURE(TenureModel.class),
  CLEANUP(CleanupModel.class);

  private static final Set<Model> QUICK = EnumSet.of(PLANTED_WAKER, PLANTED_LOCK, WAKER, LOCK);

  private final Class<?> operations;

  Model(Class<?> operations) {
    this.operations = operations;
  }

  /** Whether it has to come out red. */
  boolean isPlanted() {
    return name().startsWith("PLANTED_");
  }

  /** Whether it is in every build: of the others the classes take Lincheck seconds to rewrite. */
  boolean isQuick() {
    return QUICK.contains(this);
  }

  /**
   * Tries that many interleavings of each of that many scenarios; a race is an {@link
   * AssertionError}. No operations before and after: those of a lock would be nobody's.
   */
  void check(int scenarios, int interleavings) {
    ModelCheckingOptions options = new ModelCheckingOptions();
    options.iterations(scenarios).invocationsPerIteration(interleavings);
    options.threads(2).actorsPerThread(3).actorsBefore(0).actorsAfter(0);
    options.minimizeFailedScenario(false);
    if (this == LOCK) {
      options.sequentialSpecification(LockModel.InOrder.class);
    }
    options.check(operations);
  }
}
