/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The values of {@code KEELSON_ID}, by which the processes of one tree are recognised wherever they
 * went: the pid of this JVM, so that a leak check can tell its own from another's, what tells this
 * JVM from others that have or had that pid, and a counter.
 *
 * <p>They are unique on the machine, which is all that is needed; nobody has to be kept from
 * guessing them, and a secure random number would cost the first launch 30 ms.
 */
final class Cookies {

  static final String NAME = "KEELSON_ID";

  private static final String JVM =
      ProcessHandle.current().pid()
          + "-"
          + Long.toHexString(System.currentTimeMillis())
          + Long.toHexString(System.nanoTime() ^ ThreadLocalRandom.current().nextLong());

  private static final AtomicLong COUNT = new AtomicLong();

  private Cookies() {}

  static String next() {
    return JVM + "-" + COUNT.incrementAndGet();
  }
}
