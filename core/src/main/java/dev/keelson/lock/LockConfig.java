/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.io.Serializable;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/** What a lock was told to be. Immutable, and shared by locks that were told the same. */
final class LockConfig implements Serializable {

  private static final long serialVersionUID = 1;

  static final LockConfig PLAIN = new LockConfig("", false, AbandonPolicy.HEAL, false, null);
  static final LockConfig FAIR = new LockConfig("", true, AbandonPolicy.HEAL, false, null);

  final String name;
  final boolean fair;
  final AbandonPolicy policy;
  final boolean strict;
  final transient @Nullable Consumer<? super LostTenure> onAbandoned;

  LockConfig(
      String name,
      boolean fair,
      AbandonPolicy policy,
      boolean strict,
      @Nullable Consumer<? super LostTenure> onAbandoned) {
    this.name = name;
    this.fair = fair;
    this.policy = policy;
    this.strict = strict;
    this.onAbandoned = onAbandoned;
  }
}
