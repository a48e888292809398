/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

/**
 * A pipe from one child's output to the next one's input; see {@link SpawnEngine#link}. Only its
 * engine understands it.
 */
public interface Link extends AutoCloseable {

  /** Drops this process's ends; the children's stay. Idempotent. */
  @Override
  void close();
}
