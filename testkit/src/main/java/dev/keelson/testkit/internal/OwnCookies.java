/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.testkit.Procs;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The cookies that Keelson in this JVM puts into the environments of its children. Several JVMs may
 * be tested on one machine at once: a cookie in itself tells nothing about whose process it is.
 *
 * <p>They are learnt from processes that are known to be this JVM's children: what is the same for
 * all of one JVM's, and a counter. Of a cookie of another shape only the whole is learnt.
 *
 * <p>Safe for use by multiple threads.
 */
final class OwnCookies {

  static final String NAME = "KEELSON_ID";

  private static final Pattern SHAPE = Pattern.compile("(\\d+-[0-9a-f]+-)\\d+");
  private static final int SHORTEST = 16; // what is shorter may well be somebody else's, too
  private static final int CAPACITY = 1 << 12;
  private static final int LOOKS = 5;
  private static final long PAUSE_NANOS = 1_000_000;

  private static final Set<String> LEARNT = ConcurrentHashMap.newKeySet();

  private OwnCookies() {}

  /** Whether there is nothing yet to recognise a process by. */
  static boolean isEmpty() {
    return LEARNT.isEmpty();
  }

  /** Learns the cookie of a process that is known to be this JVM's. */
  static void learn(long pid) {
    Optional<String> cookie = of(pid);
    if (cookie.isPresent() && LEARNT.size() < CAPACITY) {
      String root = root(cookie.get());
      if (root.length() >= SHORTEST) {
        LEARNT.add(root);
      }
    }
  }

  /** The whole cookie of a process that is known to be this JVM's. */
  static Optional<String> of(long pid) {
    return in(environment(pid));
  }

  /** In the middle of an exec there is none for a moment, and a second chance may never come. */
  private static List<String> environment(long pid) {
    List<String> environment = Procs.environment(pid);
    for (int look = 1; look < LOOKS && environment.isEmpty() && runs(pid); look++) {
      LockSupport.parkNanos(PAUSE_NANOS);
      environment = Procs.environment(pid);
    }
    return environment;
  }

  private static boolean runs(long pid) {
    return Procs.find(pid).filter(process -> !process.isZombie()).isPresent();
  }

  /** The cookie in an environment, if there is one and this JVM did not itself inherit it. */
  static Optional<String> in(List<String> environment) {
    return environment.stream()
        .filter(entry -> entry.startsWith(NAME + "="))
        .map(entry -> entry.substring(NAME.length() + 1))
        .filter(cookie -> !Optional.of(cookie).equals(Inherited.COOKIE))
        .findFirst();
  }

  /** Whether this JVM made it, as far as was learnt. */
  static boolean contains(String cookie) {
    return LEARNT.contains(root(cookie));
  }

  private static String root(String cookie) {
    Matcher matcher = SHAPE.matcher(cookie);
    return matcher.matches() ? matcher.group(1) : cookie;
  }

  /** Where this JVM is a child of Keelson's itself, all its children carry that cookie. */
  private static final class Inherited {
    static final Optional<String> COOKIE = Optional.ofNullable(System.getenv(NAME));
  }
}
