/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.testkit.internal.Step.Kind;

/** Steps that tell what the program was given. */
public final class FactSteps {

  private FactSteps() {}

  /**
   * One line {@code fd N TARGET} for each open descriptor. A child looks: the shell would open some
   * of its own while it looked at itself.
   */
  public static Step descriptors() {
    return Step.of("find /proc/$$/fd -type l -printf 'fd %f %l\\n'");
  }

  /** The lines SigBlk, SigIgn and SigCgt of {@code /proc/PID/status}. */
  public static Step signals() {
    return Step.of(
        """
        while read -r cp_k cp_v; do
        case $cp_k in SigBlk:|SigIgn:|SigCgt:) printf '%s %s\\n' "$cp_k" "$cp_v";; esac
        done </proc/$$/status\
        """);
  }

  /** The environment as it arrived, before the shell touched it; a NUL ends each entry. */
  public static Step environment() {
    return new Step("cat /proc/$$/environ", null, Kind.ENVIRONMENT, 0);
  }

  /** The arguments; a NUL ends each. */
  public static Step arguments() {
    return Step.of("if [ $# -gt 0 ]; then printf '%s\\0' \"$@\"; fi");
  }

  /** The working directory without symbolic links, and a newline. */
  public static Step directory() {
    return Step.of("pwd -P");
  }

  /** One line {@code session S group G}. */
  public static Step session() {
    return Step.of(
        "read -r cp_v </proc/$$/stat; set_ids() { printf 'session %s group %s\\n' $4 $3; };"
            + " set_ids ${cp_v##*) }");
  }
}
