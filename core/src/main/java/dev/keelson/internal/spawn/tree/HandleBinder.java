/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import javax.annotation.Nullable;

/** Binds members by the JDK's handles. */
final class HandleBinder implements Binder {

  private final ProcReader proc;
  private final ProcessHandle root;

  HandleBinder(ProcReader proc, ProcessHandle root) {
    this.proc = proc;
    this.root = root;
  }

  @Override
  public @Nullable TreeMember root(ProcStat examined) {
    // The handle knows the start time of the root: if it lives still, that was its stat.
    return root.isAlive() ? bind(examined, root) : null;
  }

  @Override
  public @Nullable TreeMember member(ProcStat examined) {
    return bind(examined, ProcessHandle.of(examined.pid()).orElse(null));
  }

  private @Nullable TreeMember bind(ProcStat examined, @Nullable ProcessHandle handle) {
    if (handle == null || !examined.livesIn(proc)) {
      return null;
    }
    return new HandleMember(handle, examined.program(proc));
  }
}
