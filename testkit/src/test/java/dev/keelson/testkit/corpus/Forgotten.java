/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import static java.time.Duration.ofSeconds;

import dev.keelson.cleanup.CleanupRealm;
import dev.keelson.cleanup.LeakLevel;
import dev.keelson.cleanup.LeakReport;
import dev.keelson.testkit.Await;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Asks a realm for its leak reports once it must have them. */
final class Forgotten {

  /** What registers something with a realm, and drops it. */
  interface Owning {
    void run(CleanupRealm realm) throws Exception;
  }

  /** Dropped last: when it was reported, so were the others. */
  private static final class Last {}

  private Forgotten() {}

  static void assertNone(Owning variant) throws Exception {
    List<LeakReport> reports = new CopyOnWriteArrayList<>();
    try (CleanupRealm realm =
        CleanupRealm.builder()
            .name("corpus")
            .leakLevel(LeakLevel.PARANOID)
            .leakListener(reports::add)
            .build()) {
      onAThreadOfItsOwn(variant, realm);
      onAThreadOfItsOwn(Forgotten::dropLast, realm);
      Await.within(ofSeconds(30))
          .until(
              "the last one is reported",
              () -> {
                System.gc();
                return reports.stream().anyMatch(Forgotten::isLast);
              });
      System.gc();
      realm.drain(ofSeconds(30));
    }
    for (LeakReport report : reports) {
      if (!isLast(report)) {
        throw new AssertionError(report.toString());
      }
    }
  }

  private static void dropLast(CleanupRealm realm) {
    realm.register(new Last(), "", state -> {});
  }

  private static boolean isLast(LeakReport report) {
    return report.ownerType().equals(Last.class.getName());
  }

  /** So that no frame holds an owner. */
  private static void onAThreadOfItsOwn(Owning variant, CleanupRealm realm)
      throws InterruptedException {
    Thread thread =
        new Thread(
            () -> {
              try {
                variant.run(realm);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            },
            "owner");
    thread.start();
    thread.join();
  }
}
