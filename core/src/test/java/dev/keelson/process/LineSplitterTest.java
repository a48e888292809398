/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Lines are the same whatever pieces their bytes come in. */
class LineSplitterTest {

  @Test
  void shouldSplitAtEveryKindOfLineEnd() {
    assertEquals(List.of("a", "b", "c", "", "d"), split("a\nb\r\nc\r\rd", UTF_8, 100));
    assertEquals(List.of("a"), split("a\n", UTF_8, 100));
    assertEquals(List.of("", ""), split("\n\r\n", UTF_8, 100));
    assertEquals(List.of(), split("", UTF_8, 100));
  }

  @Test
  void shouldGiveTheSameLinesWhateverThePieces() {
    String text = "zwölf Boxkämpfer\r\n\uD83D\uDE00 jagen\rViktor\n\n€";
    for (Charset charset : List.of(UTF_8, UTF_16LE)) {
      List<String> whole = split(text, charset, 1_000);
      for (int piece = 1; piece < 12; piece++) {
        assertEquals(whole, split(text, charset, piece), charset + " by " + piece);
      }
    }
  }

  @Test
  void shouldReplaceWhatCannotBeDecoded() {
    List<String> lines = new ArrayList<>();
    LineSplitter splitter = new LineSplitter(UTF_8, lines::add);
    byte[] bytes = {'a', (byte) 0xff, '\n', (byte) 0xe2, (byte) 0x82};
    splitter.write(bytes, 0, bytes.length);
    splitter.close();
    splitter.close();
    assertEquals(List.of("a\uFFFD", "\uFFFD"), lines);
  }

  @Test
  void shouldPassALineOnInPiecesWhenItDoesNotEnd() {
    List<Integer> lengths = new ArrayList<>();
    LineSplitter splitter = new LineSplitter(UTF_8, line -> lengths.add(line.length()));
    byte[] bytes = "x".repeat(LineSplitter.LONGEST_LINE).getBytes(UTF_8);
    splitter.write(bytes, 0, bytes.length);
    splitter.write(bytes, 0, 5);
    splitter.close();
    assertEquals(List.of(LineSplitter.LONGEST_LINE, 5), lengths);
  }

  /** Closing it once read again what was decoded, from its beginning. */
  @Test
  void shouldNotCallAConsumerAgainWhenItHasThrown() {
    List<String> lines = new ArrayList<>();
    LineSplitter splitter =
        new LineSplitter(
            UTF_8,
            line -> {
              lines.add(line);
              if (line.equals("b")) {
                throw new IllegalStateException("mine");
              }
            });
    byte[] bytes = "a\nb\nc\nd".getBytes(UTF_8);
    assertThrows(IllegalStateException.class, () -> splitter.write(bytes, 0, bytes.length));
    splitter.close();
    assertEquals(List.of("a", "b"), lines);
  }

  private static List<String> split(String text, Charset charset, int most) {
    List<String> lines = new ArrayList<>();
    LineSplitter splitter = new LineSplitter(charset, lines::add);
    byte[] bytes = text.getBytes(charset);
    Random random = new Random(most);
    for (int at = 0; at < bytes.length; ) {
      int count = Math.min(bytes.length - at, most > 11 ? most : 1 + random.nextInt(most));
      splitter.write(bytes, at, count);
      at += count;
    }
    splitter.close();
    return lines;
  }
}
