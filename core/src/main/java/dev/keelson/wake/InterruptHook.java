/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.Set;

/**
 * Calls a task when the thread between {@link #enter} and {@link #leave} is interrupted, or is so
 * already. Closes nothing, which is what tells it from the hook of an interruptible channel.
 */
final class InterruptHook extends AbstractSelector {

  /*
   * The one way to be told of an interrupt: a selector's begin and end, for which a selector need not be able to select. The task
   * runs on the interrupting thread, on JDK 17 under a lock of the interrupted one, later without it: it must not wait, and it may
   * come late, when the wait that it was meant for is over.
   */

  private final Runnable task;

  InterruptHook(Runnable task) {
    super(null);
    this.task = task;
  }

  void enter() {
    begin();
  }

  void leave() {
    end();
  }

  @Override
  public Selector wakeup() {
    task.run();
    return this;
  }

  @Override
  protected void implCloseSelector() {}

  @Override
  protected SelectionKey register(AbstractSelectableChannel channel, int operations, Object with) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Set<SelectionKey> keys() {
    return Set.of();
  }

  @Override
  public Set<SelectionKey> selectedKeys() {
    return Set.of();
  }

  @Override
  public int selectNow() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int select(long millis) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int select() {
    throw new UnsupportedOperationException();
  }
}
