/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The values of {@code KEELSON_ID}, by which the processes of one tree are recognised wherever they
 * went. Unique on the machine: the pid of this JVM, so that a leak check can tell its own from
 * another's, a random number, and a counter.
 */
final class Cookies {

  static final String NAME = "KEELSON_ID";

  private static final String JVM = ProcessHandle.current().pid() + "-" + random();
  private static final AtomicLong COUNT = new AtomicLong();

  private Cookies() {}

  static String next() {
    return JVM + "-" + COUNT.incrementAndGet();
  }

  private static String random() {
    byte[] bytes = new byte[12];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
