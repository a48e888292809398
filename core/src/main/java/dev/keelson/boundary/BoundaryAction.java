/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

/**
 * What happens between {@code before} and {@code after...}: the boundary itself.
 *
 * @param <T> what it gives back
 * @param <X> what it may throw
 */
@FunctionalInterface
public interface BoundaryAction<T, X extends Exception> {

  /**
   * Crosses. Where the process that returns from here is the restored one, the action says so with
   * {@link BoundaryContext#continueAsChild}.
   *
   * @param context what the hooks have put there, to be passed on
   */
  T cross(BoundaryContext context) throws X;
}
