/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import dev.keelson.internal.spawn.tree.FreezeWalk;
import dev.keelson.internal.spawn.tree.Hold;
import dev.keelson.internal.spawn.tree.Rehearsal;

/** Ends the trees of our children. */
final class Trees {

  private Trees() {}

  /**
   * Ends a child's tree.
   *
   * @param there whether the caller is inside the child's count, so that the child is not reaped
   *     before this returns
   */
  static TreeReport end(Kernel kernel, LinuxChild child, boolean there, TreeEnding how) {
    return FreezeWalk.end(
        child.pid(),
        there ? new Root(kernel, child) : null,
        child.leadsSession(),
        child.cookie(),
        new Pidfds(kernel),
        how);
  }

  /** Goes through all that without a tree; see {@code SpawnEngine.rehearse}. */
  static void rehearse(Kernel kernel) {
    var unused = Rehearsal.walk(new Pidfds(kernel));
    int unusedAnswer =
        kernel.kill((int) ProcessHandle.current().pid(), 0); // as groups are signalled
  }

  /** The child itself, which others may still want to signal when its tree was given up. */
  private record Root(Kernel kernel, LinuxChild child) implements Hold {

    @Override
    public Sent send(int signal) {
      if (!child.enter()) {
        return Sent.GONE;
      }
      try {
        return Pidfd.sent(kernel.pidfdSendSignal(child.pidfd(), signal));
      } finally {
        child.leave();
      }
    }

    /** Its descriptor is the child's. */
    @Override
    public void close() {
      // nothing was opened
    }
  }
}
