/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

/**
 * What {@link Kernel#spawn} is to do, in one block of memory. For one thread; the block is the
 * plan's own until the call is over.
 *
 * <p>The child gets the three standard streams that are named here and no other descriptor. It
 * starts with no signal blocked.
 */
public final class SpawnPlan {

  /** Of a stream: the same as this process's, open or closed. */
  public static final int INHERIT = -1;

  /** Of a stream: {@code /dev/null}. */
  public static final int NULL_DEVICE = -2;

  /** Of a stream: none. */
  public static final int CLOSED = -3;

  /** Of stderr: where stdout goes. */
  public static final int MERGE = -4;

  /** No directory but this process's. */
  public static final int HERE = -1;

  /** Where everything is that the offsets below point at. */
  public Region block;

  /** Of the NUL-terminated path of the program, which is not searched for. */
  public int path;

  /** Of the NULL-terminated pointers to its arguments. */
  public int arguments;

  /** Of the NULL-terminated pointers to its environment. */
  public int environment;

  /** Of the NUL-terminated path of its directory, or {@link #HERE}. */
  public int directory = HERE;

  /** Descriptors of at least 3, or one of the constants. */
  public int stdin;

  /** As {@link #stdin}. */
  public int stdout;

  /** As {@link #stdin}. */
  public int stderr;

  /** Whether it leads a session of its own. */
  public boolean ownSession;

  /**
   * The signals that begin with their default, signal n as bit n - 1; the others stay ignored where
   * this process ignores them.
   */
  public long defaultSignals;

  /** A plan in that block. */
  public SpawnPlan(Region block) {
    this.block = block;
  }
}
