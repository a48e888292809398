/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import java.util.List;
import java.util.function.Supplier;

/** What the seeds of one file are about. */
enum Subject {
  LAUNCH("launch", LaunchSeeds::all),
  TEARDOWN("teardown", TeardownSeeds::all),
  LOCK("lock", LockSeeds::all),
  DEADLOCK("deadlock", DeadlockSeeds::all),
  LINK("link", LinkSeeds::all),
  CLEANUP("cleanup", CleanupSeeds::all),
  WAKE("wake", WakeSeeds::all),
  USER("users' code", UserSeeds::all);

  final String title;
  private final Supplier<List<Seed>> seeds;

  Subject(String title, Supplier<List<Seed>> seeds) {
    this.title = title;
    this.seeds = seeds;
  }

  List<Seed> seeds() {
    return seeds.get();
  }
}
