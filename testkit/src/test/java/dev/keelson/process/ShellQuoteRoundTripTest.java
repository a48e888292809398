/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a command says of itself is a line that a real shell takes for the same arguments. */
@Tag("process")
@Timeout(120)
class ShellQuoteRoundTripTest {

  private static final String PRINT = "%s\\0";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "  two  spaces  ",
        "'",
        "''",
        "it's",
        "\"",
        "\"quoted\"",
        "'\"'\"'",
        "\n",
        "line\nline\n",
        "\t",
        "a\tb",
        "\r\n",
        "it's\ntwo 'lines'",
        "$HOME",
        "$(exit 3)",
        "`exit 3`",
        "a\n$HOME `exit 3`",
        "\\",
        "\\\\",
        "\\n",
        "\\\n",
        "ends in \\",
        "\\'",
        "\\'\n",
        "-",
        "--",
        "-n",
        "--help",
        "*",
        "?",
        "[a-z]*",
        "~",
        "~root",
        "{a,b}",
        "!",
        "!!",
        "#",
        "a#b",
        "a=b",
        "&",
        "|",
        ";",
        "<(x)",
        ">x",
        "%s",
        "\u0001",
        "\u00011",
        "\u001b[0m",
        "\u007f",
        "\u007fff",
      })
  void shouldComeBackFromBashWhenTheArgumentIsOdd(String argument) throws Exception {
    assertEquals(List.of(argument), throughOption(List.of(argument)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00e4\u00f6\u00fc",
        "\u65e5\u672c\u8a9e",
        "\ud83d\ude00",
        "e\u0301",
        "\u00a0",
        "\u2028",
        "\u00e4\n\ud83d\ude00",
        "\u0080",
        "\u0085",
        "\u009f",
        "\u00e4\u0085\n",
      })
  void shouldComeBackFromBashWhenTheArgumentIsNotAscii(String argument) throws Exception {
    assertEquals(List.of(argument), throughFile(List.of(argument)));
  }

  @Test
  void shouldComeBackInOrderWhenThereAreManyArguments() throws Exception {
    List<String> arguments =
        List.of("", "a b", "", "it's", "x\ny", "$1", "\\", "-e", "\u00e4", "plain", "");
    assertEquals(arguments, throughFile(arguments));
  }

  @Test
  void shouldComeBackWhenEveryAsciiCharacterIsThere() throws Exception {
    List<String> each = IntStream.rangeClosed(1, 127).mapToObj(c -> "a" + (char) c + "b").toList();
    List<String> arguments = new ArrayList<>(each);
    arguments.add(String.join("", each));
    assertEquals(arguments, throughOption(arguments));
  }

  private List<String> throughOption(List<String> arguments) throws Exception {
    return bash("-c", line(arguments));
  }

  /** A file holds what a JVM in the C locale could not put on a command line. */
  private List<String> throughFile(List<String> arguments) throws Exception {
    return bash(Files.writeString(directory.resolve("line"), line(arguments), UTF_8).toString());
  }

  private static String line(List<String> arguments) {
    return Command.of("printf", PRINT).args(arguments).toString();
  }

  private List<String> bash(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash"));
    command.addAll(Arrays.asList(arguments));
    File errors = directory.resolve("errors").toFile();
    Process process = new ProcessBuilder(command).redirectError(errors).start();
    process.getOutputStream().close();
    String printed;
    try (InputStream out = process.getInputStream()) {
      printed = new String(out.readAllBytes(), UTF_8);
    }
    String said = Files.readString(errors.toPath(), UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertEquals("", said);
    return Arrays.stream(printed.split("\0", -1))
        .limit(printed.chars().filter(c -> c == 0).count())
        .collect(Collectors.toList());
  }
}
