/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.testkit.internal.Step.Kind;
import java.nio.file.Path;

/** Steps that write, read and close. */
public final class IoSteps {

  /*
   * Every external command that can block on a pipe runs under cp_limited, which gives it an alarm.
   * perl is part of every Debian; where it is missing the command ends with its pipe instead.
   */
  private static final String FILL =
      "alarm shift; my $n = shift; my $b = \"x\" x 65536;"
          + " while ($n > 0) { my $w = syswrite(STDOUT, $b, $n < 65536 ? $n : 65536);"
          + " exit 1 unless defined $w; $n -= $w }";

  private static final int LONGEST_LITERAL = 30_000; // octal, four characters a byte, under 128 KiB

  private IoSteps() {}

  /** Writes these bytes to descriptor 1 or 2. */
  public static Step print(int fd, byte[] bytes) {
    if (bytes.length > LONGEST_LITERAL) {
      throw new IllegalArgumentException(
          bytes.length
              + " bytes do not fit into a command line; print at most "
              + LONGEST_LITERAL
              + ", or use filler");
    }
    return new Step(Shell.printf(bytes) + to(fd), null, Kind.PLAIN, bytes.length);
  }

  /** Writes {@code count} times the letter x, as fast as a pipe takes it. */
  public static Step filler(int fd, long count) {
    String perl = "perl -e " + Shell.quote(FILL) + " $cp_limit " + count + to(fd);
    String other = "head -c " + count + " /dev/zero | tr '\\000' x" + to(fd);
    String choice = "if command -v perl >/dev/null 2>&1; then {}; else " + other + "; fi";
    return new Step(
        Shell.fill(choice, "PERL_BADLANG=0 " + perl),
        Shell.fill(choice, "PERL_BADLANG=0 exec " + perl),
        count > 4096 ? Kind.BLOCKING : Kind.PLAIN,
        count);
  }

  /** Writes {@code bytes} {@code times} times, one write each; negative for ever. */
  public static Step repeat(int fd, byte[] bytes, long times) {
    String print = print(fd, bytes).text();
    if (times < 0) {
      return Step.of(Kind.BLOCKING, "while " + print + "; do :; done");
    }
    String loop =
        Shell.fill(
            "cp_n={}; while [ $cp_n -gt 0 ]; do {} || break; cp_n=$((cp_n - 1)); done",
            times,
            print);
    return new Step(loop, null, Kind.PLAIN, times * bytes.length);
  }

  /** Reads {@code count} bytes of stdin, negative for all of it, and drops or echoes them. */
  public static Step read(long count, boolean echo) {
    String command = (count < 0 ? "cat" : "head -c " + count) + (echo ? "" : " >/dev/null");
    return new Step("cp_limited " + command, "exec " + command, Kind.BLOCKING, 0);
  }

  /** Reads all of stdin and prints {@code stdin COUNT}. */
  public static Step count() {
    return Step.of(Kind.BLOCKING, "printf 'stdin %s\\n' $(cp_limited wc -c)");
  }

  /** Closes descriptor 0, 1 or 2. */
  public static Step close(int fd) {
    return Step.of("exec " + fd + (fd == 0 ? "<&-" : ">&-"));
  }

  /** Writes a file; it appears complete. */
  public static Step write(Path file, String text) {
    String part = Shell.quote(file.resolveSibling(file.getFileName() + ".part"));
    String whole = Shell.quote(file);
    return Step.of(Shell.fill("{} >{} && mv {} {}", Shell.printf(text), part, part, whole));
  }

  /** Creates an empty file, or leaves the one that is there. */
  public static Step touch(Path file) {
    return Step.of(": >>" + Shell.quote(file));
  }

  /** Waits until a file exists. */
  public static Step awaitFile(Path file) {
    String path = Shell.quote(file);
    return Step.of(
        Shell.fill(
            """
            cp_n=$((cp_limit * 50))
            while [ ! -e {} ]; do
            if [ $cp_n -le 0 ]; then echo "never appeared:" {} >&2; exit 99; fi
            cp_nap 0.02; cp_n=$((cp_n - 1))
            done\
            """,
            path,
            path));
  }

  static String to(int fd) {
    return fd == 1 ? "" : " >&" + fd;
  }
}
