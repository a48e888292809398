/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import dev.keelson.internal.threads.Time;

/** A gate in virtual time. */
final class VirtualGate implements Time.Gate {

  private final VirtualClock clock;

  /** Written under the clock's lock. */
  private volatile boolean open;

  VirtualGate(VirtualClock clock) {
    this.clock = clock;
  }

  @Override
  public void open() {
    clock.lock();
    try {
      open = true;
      clock.changed();
    } finally {
      clock.unlock();
    }
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean await(long nanos) throws InterruptedException {
    return clock.await(() -> open, clock.after(nanos), clock.drives());
  }
}
