/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

import java.util.List;
import javax.annotation.Nullable;

/** What went on before goes on again; null where it cannot. */
final class Replay implements Strategy {

  private final int[] who;

  Replay(int[] who) {
    this.who = who.clone();
  }

  @Override
  public @Nullable Actor next(List<Actor> able, @Nullable Actor last, int step) {
    if (step >= who.length) {
      return null;
    }
    int wanted = who[step];
    return able.stream().filter(each -> each.index == wanted).findFirst().orElse(null);
  }
}
