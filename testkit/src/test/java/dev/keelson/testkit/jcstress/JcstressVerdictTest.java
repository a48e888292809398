/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.jcstress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.TestResult;

class JcstressVerdictTest {

  private static final String SOUND = VolatileDekker.class.getName();
  private static final String CANARY = DekkerCanary.class.getName();

  @Test
  void shouldPassWhenOnlyCanariesShowWhatIsForbidden() {
    JcstressVerdict verdict = judge(observed(SOUND, "0, 1"), observed(CANARY, "0, 0"));
    assertEquals(Map.of(), verdict.failures());
    assertEquals(2, verdict.passed());
  }

  @Test
  void shouldFailWhenOneOfSeveralResultsIsForbidden() {
    JcstressVerdict verdict =
        judge(
            observed(SOUND, "0, 1"),
            observed(SOUND, "0, 0"),
            observed(SOUND, "1, 0"),
            observed(CANARY, "0, 0"));
    assertTrue(verdict.failures().get(SOUND).contains("forbidden state: 0, 0"), verdict::toString);
    assertFalse(verdict.onlyCanariesFailed());
  }

  @Test
  void shouldFailWhenAnOutcomeIsUnknown() {
    JcstressVerdict verdict = judge(observed(SOUND, "7, 7"), observed(CANARY, "0, 0"));
    assertEquals(List.of(SOUND), List.copyOf(verdict.failures().keySet()));
  }

  @Test
  void shouldFailWhenACanaryStaysGreen() {
    JcstressVerdict verdict = judge(observed(SOUND, "0, 1"), observed(CANARY, "0, 1"));
    assertEquals(List.of(CANARY), List.copyOf(verdict.failures().keySet()));
    assertTrue(verdict.onlyCanariesFailed());
  }

  @Test
  void shouldFailWhenATestHasNoResult() {
    assertEquals(Map.of(SOUND, "has no result"), judge(observed(CANARY, "0, 0")).failures());
  }

  @Test
  void shouldFailWhenNothingWasObserved() {
    JcstressVerdict verdict = judge(ended(SOUND, Status.NORMAL), observed(CANARY, "0, 0"));
    assertEquals(Map.of(SOUND, "ran, and observed nothing"), verdict.failures());
  }

  @ParameterizedTest
  @EnumSource(value = Status.class, names = "NORMAL", mode = EnumSource.Mode.EXCLUDE)
  void shouldFailWhenARunDidNotEndWell(Status status) {
    JcstressVerdict verdict = judge(ended(SOUND, status), ended(CANARY, status));
    assertEquals(List.of(CANARY, SOUND), List.copyOf(verdict.failures().keySet()));
    assertTrue(verdict.failures().get(SOUND).startsWith(status.name()), verdict::toString);
  }

  @Test
  void shouldRefuseAFilterThatFindsNothing() {
    assertThrows(IllegalArgumentException.class, () -> JcstressList.matching("NoSuchTest"));
  }

  @Test
  void shouldKeepTheCanariesWhenAFilterIsGiven() {
    assertTrue(JcstressList.matching("VolatileDekker").containsAll(List.of(CANARY, SOUND)));
  }

  @Test
  void shouldFindEveryTestOfThisTreeInTheList() {
    assertEquals(List.of(), JcstressList.faults());
  }

  private static JcstressVerdict judge(TestResult... results) {
    return new JcstressVerdict(List.of(SOUND, CANARY), List.of(results));
  }

  private static TestResult observed(String test, String state) {
    TestResult result = ended(test, Status.NORMAL);
    result.addState(state, 7);
    return result;
  }

  private static TestResult ended(String test, Status status) {
    return new TestResult(status) {
      private static final long serialVersionUID = 1;

      @Override
      public String getName() {
        return test;
      }
    };
  }
}
