/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.util.function.Consumer;

/** What holds the registrations of a realm, and learns of the death of their owners. */
interface Registry {

  /**
   * Registers; looks into action and state only if told so.
   *
   * @throws IllegalStateException if the registry is closed
   */
  <S> Registration<S> register(Object owner, S state, Consumer<? super S> action, boolean checked);

  /** How many registrations wait. */
  long size();

  boolean isClosed();

  /**
   * Refuses registrations from now on, runs every action that waits; the first failure is thrown.
   */
  void close();

  /** See {@link CleanupRealm#drain}. */
  boolean drain(long nanos) throws InterruptedException;
}
