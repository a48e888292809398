/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.TreeEnding;
import javax.annotation.Nullable;

/**
 * What is to be done after a transition of a {@link Lifecycle}, without its lock, since it may
 * block or call back. It is handed out once, to whoever made the transition.
 *
 * @param finish nobody waits any longer for output that is not there yet
 * @param abandon sinks that do not take what is there are given up
 * @param teardown the tree is to be ended so
 */
record Step(boolean finish, boolean abandon, @Nullable TreeEnding teardown) {
  static final Step NOTHING = new Step(false, false, null);
  static final Step FINISH = new Step(true, false, null);
  static final Step ABANDON = new Step(false, true, null);
}
