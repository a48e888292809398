/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.concurrent.GuardedBy;

/**
 * Finds the live children of all launchers in this JVM, which costs a start nothing. Safe for use
 * by multiple threads.
 */
final class LiveChildren {

  private static final ReentrantLock LOCK = new ReentrantLock();

  /** A launcher with live children is reachable from them. */
  @GuardedBy("LOCK")
  private static final Set<DefaultLauncher> LAUNCHERS =
      Collections.newSetFromMap(new WeakHashMap<>());

  private LiveChildren() {}

  static void of(DefaultLauncher launcher) {
    LOCK.lock();
    try {
      LAUNCHERS.add(launcher);
    } finally {
      LOCK.unlock();
    }
  }

  static List<Child> all() {
    List<DefaultLauncher> launchers;
    LOCK.lock();
    try {
      launchers = List.copyOf(LAUNCHERS);
    } finally {
      LOCK.unlock();
    }
    List<Child> all = new ArrayList<>();
    launchers.forEach(launcher -> all.addAll(launcher.children()));
    return all;
  }
}
