/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.annotation.Nullable;

/**
 * Finds the error number in the JDK's message for a failed start: {@code error=2, No such file or
 * directory} up to JDK 25, {@code Exec failed, error: 2 (...)} in some newer ones; or, where only
 * the text is there (a pipe or a redirect file could not be opened), the number that the C
 * library's English text stands for. Numbers are Linux's; the first thirty-odd are the same on
 * every Unix.
 */
public final class Errno {

  public static final int UNKNOWN = 0;
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int E2BIG = 7;
  public static final int ENOEXEC = 8;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int ENOTDIR = 20;
  public static final int ENFILE = 23;
  public static final int EMFILE = 24;
  public static final int ETXTBSY = 26;
  public static final int ENOSPC = 28;

  private static final Pattern NUMBER = Pattern.compile("error(?:=|: ?)(\\d+)");

  private static final int LONGEST_CHAIN = 16;

  private static final Map<String, Integer> TEXTS =
      Map.of(
          // What the JDK says when it had no descriptor left for its pipes: it closes a redirect's
          // twice, and the second time hides the first failure.
          "Bad file descriptor", EMFILE,
          "Too many open files in system", ENFILE,
          "Too many open files", EMFILE,
          "Cannot allocate memory", ENOMEM,
          "Resource temporarily unavailable", EAGAIN,
          "Permission denied", EACCES,
          "No such file or directory", ENOENT,
          "Argument list too long", E2BIG,
          "Not a directory", ENOTDIR,
          "No space left on device", ENOSPC);

  private Errno() {}

  /**
   * The number in the message of {@code e} or of what caused it, the innermost first, or {@link
   * #UNKNOWN}.
   */
  public static int of(IOException e) {
    // The outer messages repeat the program's name, which may look like anything.
    Deque<Throwable> innermostFirst = new ArrayDeque<>();
    for (Throwable t = e; t != null && innermostFirst.size() < LONGEST_CHAIN; t = t.getCause()) {
      innermostFirst.push(t);
    }
    return innermostFirst.stream()
        .mapToInt(t -> numberIn(text(t)))
        .filter(number -> number != UNKNOWN)
        .findFirst()
        .orElse(UNKNOWN);
  }

  private static int numberIn(String message) {
    Matcher matcher = NUMBER.matcher(message);
    if (matcher.find()) {
      return Integer.parseInt(matcher.group(1));
    }
    return TEXTS.entrySet().stream()
        .filter(entry -> message.contains(entry.getKey()))
        .max(Comparator.comparingInt(entry -> entry.getKey().length()))
        .map(Map.Entry::getValue)
        .orElse(UNKNOWN);
  }

  private static String text(Throwable t) {
    @Nullable String message = t.getMessage();
    return message == null ? "" : message;
  }
}
