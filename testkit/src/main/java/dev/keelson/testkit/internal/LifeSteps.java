/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.testkit.internal.Step.Kind;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Steps about time, signals and the end. */
public final class LifeSteps {

  /*
   * A shell that sleeps is two processes, and the second one survives a KILL of the first. So a
   * sleep in the middle of a program is a row of short naps, with /dev/null for streams: what a
   * kill leaves behind holds no pipe and is gone after a fifth of a second. A sleep at the end of
   * a program replaces the shell.
   */
  private static final long NAP_MILLIS = 200;

  private LifeSteps() {}

  /** Does nothing for a while. */
  public static Step sleep(Duration time) {
    long naps = time.toMillis() / NAP_MILLIS;
    Duration rest = time.minusMillis(naps * NAP_MILLIS);
    String text = naps == 0 ? "" : naps(Long.toString(naps)) + "; ";
    return new Step(
        text + "cp_nap " + Shell.seconds(rest), "exec sleep " + Shell.seconds(time), Kind.PLAIN, 0);
  }

  /** Does nothing until the safety limit ends the program. */
  public static Step forever() {
    return new Step(naps("$((cp_limit * 5))"), "exec sleep $cp_limit", Kind.END, 0);
  }

  private static String naps(String count) {
    return Shell.fill(
        "cp_n={}; while [ $cp_n -gt 0 ]; do cp_nap 0.2; cp_n=$((cp_n - 1)); done", count);
  }

  /** Ignores these signals, and so do the children started from now on. */
  public static Step ignore(List<String> signals) {
    return Step.of("trap '' " + names(signals));
  }

  /** Takes these signals as the system does by default. */
  public static Step restore(List<String> signals) {
    return Step.of("trap - " + names(signals));
  }

  /** Runs a script on each arrival of a signal. */
  public static Step handle(String signal, String script) {
    String name = Shell.signal(signal);
    // A function, for its local loop counter: the handler runs in the middle of the program's loop.
    String function = "cp_on_" + name.replaceAll("[^A-Z0-9]", "_");
    return Step.of(
        Kind.HANDLER,
        Shell.fill("{}() { local cp_n;\n{}:\n}\ntrap {} {}", function, script, function, name));
  }

  /** Ends with this code. */
  public static Step exit(int code) {
    return Step.of(Kind.END, "exit " + code);
  }

  /** Ends by a signal to itself, without a core file. */
  public static Step die(String signal) {
    String name = Shell.signal(signal);
    String reset = name.equals("KILL") || name.equals("STOP") ? "" : "trap - " + name + "; ";
    return Step.of(
        Kind.END, "ulimit -c 0; " + reset + "kill -s " + name + " $$; cp_nap 1; exit 98");
  }

  private static String names(List<String> signals) {
    return signals.stream().map(Shell::signal).collect(Collectors.joining(" "));
  }
}
