/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import java.nio.file.Path;
import java.time.Duration;
import javax.annotation.Nullable;

/** Steps that start processes and tell their pids. */
public final class ForkSteps {

  /**
   * How a grandchild is started.
   *
   * @param stdin whether it keeps the program's stdin; else it reads from /dev/null
   * @param stdout whether it keeps the program's stdout; else it writes to /dev/null
   * @param stderr whether it keeps the program's stderr; else it writes to /dev/null
   * @param session whether it leads a session of its own
   * @param bare whether its environment is empty
   * @param daemon whether its parent ends at once, so that init, or a subreaper, adopts it
   */
  public record Wiring(
      boolean stdin,
      boolean stdout,
      boolean stderr,
      boolean session,
      boolean bare,
      boolean daemon) {}

  private ForkSteps() {}

  /** Starts {@code command}, a piece of shell text, in the background; $cp_kids learns its pid. */
  public static Step start(String command, Wiring wiring) {
    String launch = (wiring.bare ? "env -i " : "") + (wiring.session ? "setsid " : "") + command;
    String stderr = wiring.stderr ? "" : " 2>/dev/null";
    if (wiring.daemon) {
      // A command substitution is the process in between: it ends as soon as it has told the pid.
      String stdout = wiring.stdout ? " >&8 8>&-" : " >/dev/null";
      String kid = "cp_kids=\"$cp_kids $(" + stdin(wiring, launch + stdout + stderr) + "echo $!)\"";
      return Step.of(wiring.stdout ? "{ " + kid + "; } 8>&1" : kid);
    }
    String stdout = wiring.stdout ? "" : " >/dev/null";
    return Step.of(stdin(wiring, launch + stdout + stderr) + "cp_kids=\"$cp_kids $!\"");
  }

  /** A shell gives background commands /dev/null for stdin: only a copy reaches them. */
  private static String stdin(Wiring wiring, String command) {
    return wiring.stdin ? "{ " + command + " <&7 7<&- & } 7<&0; " : command + " & ";
  }

  /** Fills a tree with exactly {@code count} processes, each of which forks two and then sleeps. */
  public static Step storm(int count, Duration alive) {
    return Step.of(
        Shell.fill(
            """
            cp_storm() {
            cp_a=$((($1 - 1) / 2)); cp_b=$(($1 - 1 - cp_a))
            if [ $cp_a -gt 0 ]; then cp_storm $cp_a & fi
            if [ $cp_b -gt 0 ]; then cp_storm $cp_b & fi
            exec sleep {}
            }
            cp_storm {} </dev/null >/dev/null 2>&1 &
            cp_kids="$cp_kids $!\"\
            """,
            Shell.seconds(alive),
            count));
  }

  /** A chain in which each process forks the next and ends; the last one sleeps. */
  public static Step chain(int hops, Duration alive) {
    return Step.of(
        Shell.fill(
            """
            cp_chain() {
            if [ $1 -le 0 ]; then exec sleep {}; fi
            cp_chain $(($1 - 1)) &
            exit 0
            }
            cp_chain {} </dev/null >/dev/null 2>&1 &
            cp_kids="$cp_kids $!\"\
            """,
            Shell.seconds(alive),
            hops));
  }

  /** Waits until every child that is not a daemon has ended. */
  public static Step join() {
    return Step.of("wait");
  }

  /** One line {@code pid N} for the program itself, to stdout or to the end of a file. */
  public static Step tellPid(@Nullable Path file) {
    return Step.of("printf 'pid %s\\n' $$" + into(file));
  }

  /** One line {@code pid N} for every child started so far. */
  public static Step tellKids(@Nullable Path file) {
    return Step.of("if [ \"$cp_kids\" ]; then printf 'pid %s\\n' $cp_kids" + into(file) + "; fi");
  }

  private static String into(@Nullable Path file) {
    return file == null ? "" : " >>" + Shell.quote(file);
  }
}
