/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.ArrayList;
import java.util.List;

/** What the platform threads that carry virtual ones are at, when one of those cannot run. */
final class CarrierEvidence {

  private static final int MOST = 8;
  private static final int FRAMES = 4;
  private static final String CARRIERS = "ForkJoinPool-1-worker-";

  private CarrierEvidence() {}

  static List<String> lines(ReportSample sample, ReportThreads threads) {
    List<String> lines = new ArrayList<>();
    for (JvmThreads.Row row : sample.rows.values()) {
      if (lines.size() == MOST) {
        break;
      }
      if (row.carries() != null) {
        lines.add("carrier " + row.name() + " runs " + row.carries());
      } else if (row.name().startsWith(CARRIERS)) {
        List<String> stack = threads.party(row.id(), "").stack();
        if (!stack.isEmpty()) {
          lines.add("carrier " + row.name() + " is at " + ReportFrames.top(stack, FRAMES));
        }
      }
    }
    return lines;
  }
}
