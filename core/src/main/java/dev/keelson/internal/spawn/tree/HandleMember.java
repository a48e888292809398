/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

/**
 * A member that the JDK's handle means. The handle compares the start time right before kill(2).
 */
final class HandleMember extends TreeMember {

  private final ProcessHandle handle;

  /** A process whose handle is known to mean it, and not one that has taken over its pid. */
  HandleMember(ProcessHandle handle, String program) {
    super(handle.pid(), program);
    this.handle = handle;
  }

  @Override
  boolean deliver(int signal) {
    return signal == KILL ? handle.destroyForcibly() : handle.destroy();
  }
}
