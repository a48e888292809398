/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.util.Arrays;
import java.util.List;

/** Runs one benchmark: {@code NAME [--option value]...}; {@code benchmarks/run} lists them. */
public final class Benchmarks {

  private Benchmarks() {}

  public static void main(String[] args) throws Exception {
    List<String> words = Arrays.asList(args);
    String name = words.isEmpty() ? "" : words.get(0);
    Options options = new Options(words.isEmpty() ? words : words.subList(1, words.size()));
    System.setProperty("keelson.engine", options.engine());
    switch (name) {
      case "launch" -> LaunchBenchmark.run(options);
      case "launch-first" -> FirstLaunchBenchmark.run(options);
      case "launch-first-once" -> FirstLaunchBenchmark.once(options);
      case "launch-heap" -> LoadBenchmark.run(Load.HEAP, options);
      case "launch-fds" -> LoadBenchmark.run(Load.DESCRIPTORS, options);
      case "launch-children" -> LoadBenchmark.run(Load.CHILDREN, options);
      case "under-load" -> LoadBenchmark.underLoad(options);
      case "launch-callers" -> CallersBenchmark.run(options);
      case "output-large" -> OutputBenchmark.large(options);
      case "output-small" -> OutputBenchmark.small(options);
      case "live-children" -> LiveChildrenBenchmark.run(options);
      case "live-children-once" -> LiveChildrenBenchmark.once(options);
      case "kill-notify" -> KillNotifyBenchmark.run(options);
      case "kill-notify-once" -> KillNotifyBenchmark.once(options);
      case "lock-flat" -> LockBenchmark.flat(options);
      case "lock-nested" -> LockBenchmark.nested(options);
      case "lock-contended" -> LockBenchmark.contended(options);
      case "lock-condition" -> LockBenchmark.condition(options);
      case "lock-order" -> LockOrderBenchmark.run(options);
      case "points" -> PointsBenchmark.run(options);
      case "lock-scale" -> LockScaleBenchmark.run(options);
      case "plot" -> PlotBenchmark.run(options);
      case "links-gc" -> LinksGcBenchmark.run(options);
      case "links-bytes" -> LinksBytesBenchmark.run(options);
      case "links-detach" -> LinksDetachBenchmark.run(options);
      case "cleanup" -> CleanupBenchmark.run(options);
      case "cleanup-levels" -> CleanupBenchmark.levels(options);
      case "cleanup-gc" -> CleanupGcBenchmark.run(options);
      case "wake-same-thread" -> WakeBenchmark.sameThread(options);
      case "wake-pending" -> WakeBenchmark.pending(options);
      case "wake-hammer" -> WakeBenchmark.hammer(options);
      case "wake-pingpong" -> WakePingPong.pingPong(options);
      case "wake-latency" -> WakePingPong.latency(options);
      case "wake-idle" -> WakeIdleBenchmark.run(options);
      case "signal-latency" -> SignalBenchmark.run(options);
      case "interruptible-read" -> InterruptibleReadBenchmark.run(options);
      case "interruptible-cancel" -> InterruptibleReadBenchmark.cancel(options);
      default -> {
        System.err.println("There is no benchmark \"" + name + "\"; benchmarks/run lists them.");
        System.exit(2);
      }
    }
  }
}
