/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.spi;

/**
 * Told of everything with a lifetime that Keelson creates. Found by {@link
 * java.util.ServiceLoader}; where there is none, nothing is recorded and nothing is paid.
 *
 * <p>Calls arrive on any thread, also concurrently, and in the middle of Keelson's protocols: an
 * implementation must be safe for use by multiple threads, quick, and must neither block, throw,
 * nor call Keelson.
 */
public interface CreationListener {

  /** It came to life, or was taken back into use after {@link #retained}. */
  void created(Creation creation);

  /**
   * Its user is done with it and the library keeps it for the next one, or for the whole JVM: an
   * idle pooled pipe, the loop's thread, the orphan guard's watchdog. It holds nothing of any user,
   * and a leak check leaves it out.
   */
  void retained(Creation creation);

  /** It is gone: closed, reaped, stopped, deleted. */
  void ended(Creation creation);
}
