/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.internal.spawn.Errno;
import dev.keelson.internal.threads.Durations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The small rules about texts, durations and error numbers. */
class TextRulesTest {

  @Test
  void shouldQuoteWhatTheShellWouldTakeForItsOwnWhenItIsAProgram() {
    assertEquals("'a=b' a=b if", Command.of("a=b", "a=b", "if").toString());
    assertEquals("'if'", Command.of("if").toString());
    assertEquals("./a=b", Command.of("./a=b").toString());
    assertEquals("'a= b'", Command.of("a= b").toString());
    assertEquals("cd ./-x && ls", Command.of("ls").directory(Path.of("-x")).toString());
  }

  @Test
  void shouldQuoteWhatAShellWouldTakeForMore() {
    assertEquals("plain-1.0/x=y,z:+%@_", ShellQuote.quote("plain-1.0/x=y,z:+%@_"));
    assertEquals("''", ShellQuote.quote(""));
    assertEquals("'a b'", ShellQuote.quote("a b"));
    assertEquals("'it'\\''s'", ShellQuote.quote("it's"));
    assertEquals("$'a\\nb\\'\\\\\\x07'", ShellQuote.quote("a\nb'\\\u0007"));
  }

  @Test
  void shouldSaturateHugeDurationsAndRefuseNegativeOnes() {
    assertEquals(0, Durations.nanos("d", Duration.ZERO));
    assertEquals(Durations.NEVER, Durations.nanos("d", Duration.ofSeconds(Long.MAX_VALUE)));
    assertEquals(-Durations.NEVER, Durations.saturated(Duration.ofSeconds(Long.MIN_VALUE)));
    assertTrue(Durations.after(System.nanoTime(), Long.MAX_VALUE) - System.nanoTime() > 0);
    assertThrows(IllegalArgumentException.class, () -> Durations.nanos("d", Duration.ofNanos(-1)));
  }

  @Test
  void shouldMaskTheLongestSecretFirstAndNoEmptyOne() {
    Command command =
        Command.of("x").secretArg("pass").secretArg("password").secretEnv("A", "").secretArg("");
    Secrets secrets = Secrets.of(command.settings());
    assertEquals("a *** b *** c", secrets.mask("a password b pass c"));
    assertFalse(command.toString().contains("pass"));
  }

  @Test
  void shouldRecogniseBatchFilesHoweverTheyAreWritten() {
    for (String batch : List.of("a.bat", "A.BAT", "c:\\x\\a.Cmd", "a.bat.", "a.cmd . ")) {
      assertTrue(WindowsBatch.isBatch(batch), batch);
    }
    for (String other : List.of("bat", "a.bat.exe", "a.batx", "cmd.exe")) {
      assertFalse(WindowsBatch.isBatch(other), other);
    }
    for (String bad : List.of("\"", "%", "!", "^", "&", "|", "<", ">", "\r", "\n")) {
      assertEquals(2, WindowsBatch.firstUnsafe(List.of("a.bat", "fine", "x" + bad)), bad);
    }
    assertEquals(-1, WindowsBatch.firstUnsafe(List.of("a&b.bat", "fine", "also fine")));
  }

  @Test
  void shouldFindTheNumberInEveryMessageOfTheJdk() {
    assertEquals(2, errno("error=2, No such file or directory"));
    assertEquals(13, errno("Exec failed, error: 13 (Permission denied)"));
    assertEquals(24, errno("/dev/null (Too many open files)"));
    assertEquals(23, errno("Too many open files in system"));
    assertEquals(24, errno("Cannot run program \"x\": Bad file descriptor"));
    assertEquals(0, errno("whatever"));
    IOException inner = new IOException("error=13, Permission denied");
    assertEquals(13, Errno.of(new IOException("Cannot run program \"error=7\"", inner)));
    assertEquals(0, Errno.of(new IOException((String) null)));
  }

  private static int errno(String message) {
    return Errno.of(new IOException(message));
  }
}
