/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

/** What kinds of references are followed: each includes those before it. */
enum Strength {
  /** Those that keep an object alive for ever. */
  STRONG,
  /** Also the call sites of classes, which keep what they are linked to. */
  CALL_SITES,
  /** Also soft references: they are cleared when memory runs short. */
  SOFT,
  /** Also objects whose finalizer has not run yet. */
  FINAL
}
