/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.annotation.Nullable;

/**
 * Recognises processes that this JVM started and that are no descendants of it any more: by what is
 * in their environment, or by the session or group of a process that Keelson started.
 *
 * <p>A process that cleared its environment, left its session and lost its parents before anybody
 * looked cannot be recognised by anything.
 */
final class Escapes {

  private static final String COOKIE = "KEELSON_ID=";

  /** A cookie may begin with the pid of the JVM that made it. */
  private static final Pattern MADE_BY = Pattern.compile(COOKIE + "(\\d+)[^\\d].*");

  private final long self = ProcessHandle.current().pid();
  private final @Nullable String owner = owner(self);
  private final List<String> inherited = Procs.environment(self);
  private final String scopeVariable;

  Escapes(String scopeVariable) {
    this.scopeVariable = scopeVariable;
  }

  /** By what a process is known to be ours; empty if it is not. */
  Optional<String> evidence(ProcInfo process, Map<Long, ProcInfo> byPid) {
    // Another user's environment is none of our business, even where root could read it.
    String uid = owner(process.pid());
    if (uid == null || !uid.equals(owner)) {
      return Optional.empty();
    }
    List<String> environment = Procs.environment(process.pid());
    if (environment.contains(scopeVariable)) {
      return Optional.of("its scope variable");
    }
    for (String entry : environment) {
      if (entry.startsWith(COOKIE)
          && !inherited.contains(entry)
          && !isForeign(entry, process, byPid)) {
        return Optional.of("its cookie");
      }
    }
    if (isLedByOurs(process.session())) {
      return Optional.of("its session " + process.session());
    }
    if (isLedByOurs(process.group())) {
      return Optional.of("its group " + process.group());
    }
    return Optional.empty();
  }

  private static boolean isLedByOurs(long leader) {
    return leader > 1 && CreationLog.startedLately(leader);
  }

  /** Whether another JVM that still runs made the cookie: several may be tested at once. */
  private boolean isForeign(String cookie, ProcInfo process, Map<Long, ProcInfo> byPid) {
    Matcher madeBy = MADE_BY.matcher(cookie);
    if (madeBy.matches()) {
      long maker = Long.parseLong(madeBy.group(1));
      if (maker == self) {
        return false;
      }
      ProcInfo other = byPid.get(maker);
      if (other != null && isJvm(other)) {
        return true;
      }
    }
    ProcInfo at = byPid.get(process.parent());
    for (int steps = 0; at != null && at.pid() > 1 && steps < 1_000; steps++) {
      if (isJvm(at)) {
        return true;
      }
      at = byPid.get(at.parent());
    }
    return false;
  }

  private static boolean isJvm(ProcInfo process) {
    String target = ProcFiles.target("/proc/" + process.pid() + "/exe");
    return target != null && target.endsWith("/java");
  }

  private static @Nullable String owner(long pid) {
    return Procs.status(pid, "Uid").map(ids -> ids.split("\\s+")[0]).orElse(null);
  }
}
