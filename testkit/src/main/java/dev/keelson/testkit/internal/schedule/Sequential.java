/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

import java.util.List;
import javax.annotation.Nullable;

/** One after the other: each goes on until it waits. What has to be loaded, is loaded by then. */
final class Sequential implements Strategy {

  private @Nullable Actor tired;

  @Override
  public Actor next(List<Actor> able, @Nullable Actor last, int step) {
    Actor spinning = tired;
    tired = null;
    if (last != null && last != spinning && able.contains(last)) {
      return last;
    }
    int after = last == null ? -1 : last.index;
    return able.stream().filter(each -> each.index > after).findFirst().orElse(able.get(0));
  }

  @Override
  public void tired(Actor actor) {
    tired = actor;
  }
}
