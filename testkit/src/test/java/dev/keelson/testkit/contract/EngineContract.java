/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What every engine owes to commands and launchers, chapter by chapter. An engine is held to it by
 * a subclass that names it and has a nested class for each chapter, so that reports tell engines
 * apart; what it reports as weaker or absent is skipped by that name.
 */
@Tag("process")
abstract class EngineContract {

  private static final Set<Class<? extends ContractSuite>> CHAPTERS =
      Set.of(
          InputContract.class,
          CaptureContract.class,
          SinkContract.class,
          ExitContract.class,
          DeadlineContract.class,
          DrainContract.class,
          InterruptContract.class,
          FutureContract.class,
          ChildContract.class,
          ChildEndContract.class,
          PipelineContract.class,
          LauncherContract.class,
          SurroundingsContract.class,
          FailedStartContract.class,
          SecretContract.class,
          EventContract.class,
          GuaranteeContract.class);

  abstract EngineSubject subject();

  @Test
  void shouldHoldTheEngineToEveryChapter() {
    assertEquals(
        CHAPTERS,
        Arrays.stream(getClass().getDeclaredClasses())
            .map(Class::getSuperclass)
            .collect(Collectors.toSet()));
  }
}
