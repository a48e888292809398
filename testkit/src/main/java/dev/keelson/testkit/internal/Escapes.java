/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;

/**
 * Recognises processes that this JVM started and that are no descendants of it any more: by what is
 * in their environment, or by the session or group of a process that Keelson started.
 *
 * <p>Only proof counts: what is recognised here will be killed. A process that cleared its
 * environment, left its session and lost its parents before anybody looked cannot be recognised by
 * anything.
 */
final class Escapes {

  private final String scopeVariable;
  private int strangers;

  Escapes(String scopeVariable) {
    this.scopeVariable = scopeVariable;
  }

  /** Begins a look. */
  void begin() {
    strangers = 0;
  }

  /** Ends a look. */
  void end(Findings findings) {
    if (strangers > 0) {
      findings.note(strangers + " new processes with the cookies of other JVMs were not judged");
    }
  }

  /** By what a process is known to be ours; empty if it is not. */
  Optional<String> evidence(ProcInfo process, Findings findings) {
    // Another user's environment is none of our business, even where root could read it.
    String uid = owner(process.pid());
    if (uid == null || !uid.equals(owner(ProcessHandle.current().pid()))) {
      return Optional.empty();
    }
    List<String> environment = Procs.environment(process.pid());
    if (environment.isEmpty()) {
      findings.lookAgain(); // in the middle of an exec there is none
    }
    if (environment.contains(scopeVariable)) {
      return Optional.of("its scope variable");
    }
    if (isLedByOurs(process.session())) {
      return Optional.of("its session " + process.session());
    }
    if (isLedByOurs(process.group())) {
      return Optional.of("its group " + process.group());
    }
    Optional<String> cookie = OwnCookies.in(environment);
    if (cookie.isEmpty()) {
      return Optional.empty();
    }
    if (OwnCookies.contains(cookie.get())) {
      return Optional.of("its cookie");
    }
    strangers++;
    return Optional.empty();
  }

  private static boolean isLedByOurs(long leader) {
    return leader > 1 && CreationLog.startedLately(leader);
  }

  private static @Nullable String owner(long pid) {
    return Procs.status(pid, "Uid").map(ids -> ids.split("\\s+")[0]).orElse(null);
  }
}
