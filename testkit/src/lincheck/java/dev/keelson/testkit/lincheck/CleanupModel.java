/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.lincheck;

import dev.keelson.cleanup.CleanupRealm;
import dev.keelson.cleanup.Registration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;

/** A registration: one of those who want to end it does. */
public class CleanupModel {

  private static final CleanupRealm REALM = CleanupRealm.named("lincheck");
  private static final Object OWNER = new Object(); // never collected

  private final Registration<AtomicInteger> registration =
      REALM.register(OWNER, new AtomicInteger(), AtomicInteger::incrementAndGet);

  /** Whether this ran it. */
  @Operation
  public boolean clean() {
    return registration.clean();
  }

  /** Whether this got it back. */
  @Operation
  public boolean detach() {
    return registration.detach().isPresent();
  }

  /** Whether it waits. */
  @Operation
  public boolean isAlive() {
    return registration.isAlive();
  }

  /** The planted race: asks, and then says so. */
  public static class Planted {
    private volatile boolean over;

    /** Whether this ran it. */
    @Operation
    public boolean clean() {
      if (over) {
        return false;
      }
      over = true;
      return true;
    }

    /** Whether it waits. */
    @Operation
    public boolean isAlive() {
      return !over;
    }
  }
}
