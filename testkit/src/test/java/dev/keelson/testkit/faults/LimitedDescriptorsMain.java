/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** Lets descriptors run out, and sees that those that are open stay so. */
final class LimitedDescriptorsMain extends LimitedJvm {

  private LimitedDescriptorsMain() {}

  public static void main(String[] args) throws Exception {
    new LimitedDescriptorsMain().run();
  }

  @Override
  void exhaust() throws Exception {
    Deque<FileInputStream> fillers = new ArrayDeque<>();
    int atFirst = LimitedDescriptors.open();
    int most = 0;
    for (int free = 0; free <= 48; free += 4) {
      for (Shape shape : SHAPES) {
        LimitedDescriptors.fill(fillers);
        for (int i = 0; i < free; i++) {
          fillers.pop().close();
        }
        String what = shape.name() + " with " + free + " free";
        Map<Integer, String> before = LimitedDescriptors.describe();
        int openBefore = LimitedDescriptors.open();
        attempt(what, shape.launch(), EMFILE);
        await(LONG, () -> LimitedDescriptors.open() - openBefore <= POOLED);
        if (LimitedDescriptors.open() - openBefore > POOLED) {
          findings.add(
              what
                  + " leaves "
                  + openBefore
                  + " -> "
                  + LimitedDescriptors.open()
                  + " descriptors open");
        }
        expectIntact(what, before, fillers);
        most = Math.max(most, LimitedDescriptors.open() - fillers.size());
      }
      while (!fillers.isEmpty()) {
        fillers.pop().close();
      }
      expectNobody("with " + free + " free");
    }
    System.out.println(
        "descriptors: "
            + atFirst
            + " at first, at most "
            + most
            + ", now "
            + LimitedDescriptors.open());
    if (LimitedDescriptors.open() > atFirst + POOLED) {
      findings.add(
          LimitedDescriptors.open() + " descriptors are open, and it began with " + atFirst);
    }
  }

  /** Pipes and selectors may be the library's own and come and go; nothing else may. */
  private void expectIntact(
      String what, Map<Integer, String> before, Iterable<FileInputStream> fillers) {
    Map<Integer, String> now = LimitedDescriptors.describe();
    before.forEach(
        (number, target) -> {
          boolean mayGo =
              number > 2 && (target.startsWith("pipe:") || target.startsWith("anon_inode:"));
          if (!mayGo && !target.equals(now.get(number))) {
            findings.add(what + ": " + number + " was " + target + " and is " + now.get(number));
          }
        });
    for (FileInputStream filler : fillers) {
      try {
        int unused = filler.available();
      } catch (IOException e) {
        findings.add(what + " broke a filler: " + e);
      }
    }
  }
}
