/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the platform threads that carry virtual ones are at, when one of those cannot run. */
final class CarrierEvidence {

  private static final int MOST = 8;
  private static final int FRAMES = 4;
  private static final String CARRIERS = "ForkJoinPool-1-worker-";

  private CarrierEvidence() {}

  static List<String> lines(ReportSample sample, ReportThreads threads) {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<Long, JvmThreads.Row> each : sample.rows.entrySet()) {
      if (each.getValue().name().startsWith(CARRIERS) && lines.size() < MOST) {
        List<String> stack = threads.party(each.getKey(), "").stack();
        if (!stack.isEmpty()) {
          lines.add(
              "carrier "
                  + each.getValue().name()
                  + " is at "
                  + String.join(" <- ", stack.subList(0, Math.min(FRAMES, stack.size()))));
        }
      }
    }
    return lines;
  }
}
