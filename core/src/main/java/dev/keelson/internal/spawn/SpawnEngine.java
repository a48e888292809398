/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import dev.keelson.internal.threads.Time;
import java.io.IOException;
import java.util.Map;

/**
 * One way of starting and watching processes. Safe for use by multiple threads; holds nothing until
 * its first spawn.
 */
public interface SpawnEngine {

  /** What tables, events and logs call it. */
  String name();

  /** What it promises here, trait by trait. */
  Map<Trait, TraitSupport> traits();

  /**
   * Starts a process. When it throws, nothing is left: no process, descriptor or thread.
   *
   * @throws IOException if the system refuses, with the JDK's message patterns ({@code error=2,
   *     ...}, {@code (in directory "...")})
   */
  Spawned spawn(SpawnRequest request) throws IOException;

  /**
   * A pipe from one child to the next. The caller closes it once both children have been started,
   * or when the first start failed.
   *
   * @throws IOException if no descriptors are left
   */
  Link link() throws IOException;

  /**
   * Goes through the ending of a tree without one, where the first real one would take long
   * otherwise. It may take some 50 ms, harms nobody and leaves nothing.
   */
  default void rehearse() {}

  /** The time that its processes live in. */
  default Time time() {
    return Time.SYSTEM;
  }
}
