/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import dev.keelson.lock.HangReport.Finding;
import dev.keelson.lock.HangReport.Kind;
import dev.keelson.lock.HangReport.Party;
import java.util.List;
import java.util.Optional;

/** Workers of a pool that wait for a result: if its task is queued in the same pool, for ever. */
final class PoolWaits {

  private static final int MOST = 20;

  private PoolWaits() {}

  /** What such a stack means; empty if it is none. */
  static String explain(List<String> stack) {
    return isResultWait(stack) && isWorker(stack)
        ? "it is a worker of a pool and waits for a result: if the task is queued in the same pool,"
            + " it never runs"
        : "";
  }

  private static boolean isResultWait(List<String> stack) {
    return stack.stream()
        .anyMatch(
            frame ->
                frame.contains("FutureTask.get(")
                    || frame.contains("CompletableFuture.get(")
                    || frame.contains("CompletableFuture.join("));
  }

  private static boolean isWorker(List<String> stack) {
    return stack.stream()
        .anyMatch(
            frame ->
                frame.contains("ThreadPoolExecutor.runWorker(")
                    || frame.contains("ForkJoinPool.runWorker("));
  }

  /** Those who hold no lock that others wait for; the least certain of all findings. */
  static void addTo(List<ReportMaker.Ranked> found, ReportSample sample, ReportThreads threads) {
    int added = 0;
    for (JvmThreads.Row row : sample.rows.values()) {
      String waitsFor = row.waitsFor();
      if (waitsFor == null
          || added == MOST
          || !(waitsFor.startsWith("java.util.concurrent.FutureTask@")
              || waitsFor.startsWith("java.util.concurrent.CompletableFuture$Signaller@"))) {
        continue;
      }
      Party party = threads.party(row.id(), row.name());
      String why = explain(party.stack());
      boolean told =
          found.stream()
              .anyMatch(r -> r.finding().owner().map(o -> o.id() == row.id()).orElse(false));
      if (!why.isEmpty() && !told) {
        added++;
        found.add(
            new ReportMaker.Ranked(
                new Finding(
                    Kind.STALLED,
                    waitsFor,
                    Optional.of(party),
                    List.of(),
                    1,
                    List.of(party + " waits for " + waitsFor, why),
                    "run such tasks in a pool of their own, or compose the futures",
                    "none: nothing is taken away"),
                false,
                1));
      }
    }
  }
}
