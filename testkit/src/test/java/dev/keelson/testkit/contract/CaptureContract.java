/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.process.OutputLimitException;
import dev.keelson.process.Result;
import dev.keelson.testkit.ChildProgram;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of a child's output, and what is not. */
abstract class CaptureContract extends ContractSuite {

  private static final int MEBIBYTE = 1 << 20;
  private static final byte[] PATTERN = "0123456789abcde\n".getBytes(StandardCharsets.US_ASCII);

  @Test
  void shouldCaptureBothOutputsAtOnce() throws Exception {
    ChildProgram program =
        ChildProgram.create()
            .fillerError(200_000)
            .filler(300_000)
            .fillerError(200_000)
            .print("end");

    Result result = launcher().run(program(program).timeout(SOON));

    assertEquals(400_000, result.stderr().length);
    assertEquals(300_003, result.stdout().length);
    assertFalse(result.truncated());
    assertFalse(result.outputIncomplete());
  }

  @Test
  void shouldKeepEveryByteAsItIs() throws Exception {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }

    Result result =
        launcher().run(program(ChildProgram.create().printBytes(all).printErrorBytes(all)));

    assertArrayEquals(all, result.stdout());
    assertArrayEquals(all, result.stderr());
  }

  @Test
  void shouldFailWhenStdoutIsOverSixteenMebibytes() throws Exception {
    int limit = 16 * MEBIBYTE;
    assertEquals(
        limit, launcher().run(sh("head -c " + limit + " /dev/zero")).stdout().length, "the limit");

    OutputLimitException failure =
        assertThrows(
            OutputLimitException.class,
            () -> launcher().run(sh("head -c " + (limit + 1) + " /dev/zero")));
    assertEquals(limit, failure.result().stdout().length);
    assertTrue(failure.getMessage().contains(Integer.toString(limit)), failure.getMessage());
  }

  @Test
  void shouldEndAChildThatNeverStopsWriting() throws Exception {
    long start = System.nanoTime();
    Command command = Command.of("yes").maxOutput(1_000);

    OutputLimitException failure =
        assertThrows(OutputLimitException.class, () -> launcher().run(command));

    assertWithin(SOON, start);
    assertEquals(1_000, failure.result().stdout().length);
    assertTrue(failure.result().teardown().orElseThrow().isComplete());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_000})
  void shouldFailFromTheFirstByteOverMaxOutput(int limit) throws Exception {
    assertEquals(limit, launcher().run(printing(limit).maxOutput(limit)).stdout().length);
    assertThrows(
        OutputLimitException.class, () -> launcher().run(printing(limit + 1).maxOutput(limit)));
  }

  @Test
  void shouldNotCountStderrAgainstMaxOutput() throws Exception {
    Result result = launcher().run(program(ChildProgram.create().fillerError(5_000)).maxOutput(0));

    assertEquals(5_000, result.stderr().length);
  }

  @ParameterizedTest
  @ValueSource(ints = {MEBIBYTE - 1, MEBIBYTE})
  void shouldKeepAllOfStderrUpToOneMebibyte(int size) throws Exception {
    Result result = launcher().run(writing(size, ">&2"));

    assertArrayEquals(pattern(0, size), result.stderr());
    assertFalse(result.truncated());
  }

  @ParameterizedTest
  @ValueSource(ints = {MEBIBYTE + 1, MEBIBYTE + MEBIBYTE / 2, 3 * MEBIBYTE + 7})
  void shouldKeepBothEndsOfALongerStderr(int size) throws Exception {
    Result result = launcher().run(writing(size, ">&2"));

    byte[] kept = result.stderr();
    int half = MEBIBYTE / 2;
    assertEquals(2 * half, kept.length);
    assertArrayEquals(pattern(0, half), Arrays.copyOf(kept, half), "head");
    assertArrayEquals(pattern(size - half, half), Arrays.copyOfRange(kept, half, 2 * half), "tail");
    assertTrue(result.truncated());
  }

  @Test
  void shouldKeepBothEndsOfStdoutWhereAsked() throws Exception {
    Command command = sh("printf 0123456789").keepHeadAndTail(6);
    Result cut = launcher().run(command);

    assertEquals("012789", cut.stdoutText());
    assertTrue(cut.truncated());
    assertEquals("0189", launcher().run(command.keepHeadAndTail(5)).stdoutText());
    Result whole = launcher().run(command.keepHeadAndTail(10));
    assertEquals("0123456789", whole.stdoutText());
    assertFalse(whole.truncated());
  }

  @Test
  void shouldDecodeUtf8AndReplaceWhatIsNone() throws Exception {
    byte[] bytes = {'a', (byte) 0xC3, (byte) 0xA4, (byte) 0xFF, 'b', (byte) 0xE2, (byte) 0x82};

    Result result = launcher().run(program(ChildProgram.create().printBytes(bytes)));

    assertEquals("a\u00e4\uFFFDb\uFFFD", result.stdoutText());
    assertArrayEquals(bytes, result.stdout(), "the bytes stay exact");
  }

  @Test
  void shouldUseTheCommandsCharset() throws Exception {
    Command command =
        program(ChildProgram.create().printBytes((byte) 0xE4)).charset(StandardCharsets.ISO_8859_1);

    assertEquals("\u00e4", launcher().run(command).stdoutText());
  }

  @Test
  void shouldDropOnlyNewlinesAtTheEndWhenTrimmed() throws Exception {
    Result result = launcher().run(sh("printf ' a\\n\\nb \\r\\n\\n'"));

    assertEquals(" a\n\nb ", result.stdoutTrimmed());
    assertEquals(List.of(" a", "", "b ", ""), result.lines());
  }

  private static Command printing(int count) {
    return count == 0 ? Command.of("true") : sh("printf %" + count + "s x");
  }

  private static Command writing(int size, String to) {
    return sh("yes 0123456789abcde | head -c " + size + " " + to);
  }

  private static byte[] pattern(int from, int length) {
    byte[] expected = new byte[length];
    for (int i = 0; i < length; i++) {
      expected[i] = PATTERN[(from + i) % PATTERN.length];
    }
    return expected;
  }
}
