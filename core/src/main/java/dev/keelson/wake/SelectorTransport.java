/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import dev.keelson.internal.threads.Durations;
import java.io.IOException;
import java.nio.channels.Selector;

/** Sleeps in a selector, so that channels end the sleep too. Owns no descriptor. */
final class SelectorTransport implements Transport {

  /*
   * Selector.wakeup is latched, but any select erases the latch, also somebody else's selectNow. A selector's select holds the
   * selector's monitor (its documentation says so, and nothing else of it does except other selects), so the word is looked at
   * and the select begun under that monitor: a select that erased the latch before came before the look, which then sees the
   * token that was set before the latch; and a latch set after the look meets no other select before ours.
   */

  private final Selector selector;

  SelectorTransport(Selector selector) {
    this.selector = selector;
  }

  @Override
  public void enter() {}

  @Override
  public boolean sleep(long nanos, WakeProtocol protocol) throws IOException {
    synchronized (selector) {
      // Keys that were left in the set are ready still, and would make each select return at once.
      if (nanos <= 0 || protocol.isPending() || !selector.selectedKeys().isEmpty()) {
        selector.selectNow();
      } else if (nanos >= Durations.NEVER) {
        selector.select();
      } else {
        selector.select(Durations.roundedUpMillis(nanos));
      }
    }
    return !selector.selectedKeys().isEmpty();
  }

  @Override
  public void rouse() {
    selector.wakeup();
  }

  @Override
  public void leave() {}
}
