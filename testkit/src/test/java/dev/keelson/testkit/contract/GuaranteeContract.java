/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.keelson.process.Capabilities;
import dev.keelson.process.Guarantee;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The table of capabilities, executed: what is KEPT is proved, what is ABSENT is shown to be so
 * where that is deterministic, by the failure of the same proof.
 */
abstract class GuaranteeContract extends ContractSuite {

  @ParameterizedTest
  @EnumSource(Guarantee.class)
  void shouldBeAsTheTableSays(Guarantee guarantee) throws Throwable {
    Capabilities.Support support = launcher().capabilities().of(guarantee);
    Executable proof = proof(guarantee);
    switch (support.level()) {
      case KEPT -> proof.execute();
      case WEAKER -> abort(guarantee + " is WEAKER: " + support.reason());
      case ABSENT -> {
        if (!isPlainlyAbsent(guarantee)) {
          abort(guarantee + " is ABSENT: " + support.reason());
        }
        assertThrows(AssertionError.class, proof, guarantee + " is said to be absent, and is kept");
      }
    }
  }

  /** There is no default: a guarantee without a proof does not compile. */
  private Executable proof(Guarantee guarantee) {
    StreamProofs streams = new StreamProofs(this);
    TreeProofs trees = new TreeProofs(this);
    ChildProofs child = new ChildProofs(this);
    return switch (guarantee) {
      case NO_DESCRIPTOR_LEAK -> child::opensNothingOfOurs;
      case EXACT_STATUS -> child::tellsCodesFromSignals;
      case NO_RECYCLED_PID -> trees::sparesTheNewOwnerOfAPid;
      case ANY_SIGNAL -> child::sendsEverySignal;
      case OWN_SESSION -> child::leadsASession;
      case CLEAN_SIGNAL_MASK -> child::hasNoSignalBlocked;
      case WAKEABLE_STREAMS ->
          () -> {
            streams.wakeTheirReaders();
            streams.wakeTheirWriters();
          };
      case HELD_PIPE_POLICY -> streams::obeyTheDrain;
      case TREE_TEARDOWN -> trees::endsATreeThatForks;
      case COOKIE -> trees::findsDaemons;
      case ORPHAN_GUARD -> trees::endsWithTheJvm;
      case RESOURCE_USAGE -> child::tellsWhatItUsed;
      case HIDDEN_ARGUMENTS -> child::showsNoArguments;
      case VIRTUAL_THREADS ->
          () -> {
            child.letsCarriersGo();
            child.letsCarriersOfReadersGo();
          };
      case NO_THREAD_PER_CHILD -> child::occupiesNoThread;
    };
  }

  private static boolean isPlainlyAbsent(Guarantee guarantee) {
    return switch (guarantee) {
      case OWN_SESSION, RESOURCE_USAGE, NO_THREAD_PER_CHILD -> true;
      default -> false;
    };
  }
}
