/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

/**
 * A hook that is called at boundaries for as long as this object is kept. Keep it in a field of the
 * owner: the boundary itself refers to it weakly, so that neither hook nor owner is kept alive. One
 * that is collected before it was ever called is reported by a warning.
 *
 * <p>Safe for use by multiple threads. {@link #close} never waits, also inside a hook.
 */
public final class HookRegistration implements AutoCloseable {

  private final HookTable.Entry entry;
  private final BoundaryHook hook;

  HookRegistration(HookTable.Entry entry, BoundaryHook hook) {
    this.entry = entry;
    this.hook = hook;
  }

  /**
   * Takes the hook away, from the next crossing on: one that has called {@code before} still calls
   * {@code after...}. Does nothing the second time.
   */
  @Override
  public void close() {
    HookTable.remove(entry);
  }

  /** Whether it is still called: it was not closed, and its owner is alive. */
  public boolean isOpen() {
    return entry.isLive();
  }

  BoundaryHook hook() {
    return hook;
  }

  HookTable.Entry entry() {
    return entry;
  }

  @Override
  public String toString() {
    return entry.toString();
  }
}
