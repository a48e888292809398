/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.wake.SignalRoute;
import dev.keelson.wake.SignalRouter;
import dev.keelson.wake.Waker;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;

/** From sending this process a signal until the thread that waits for it has returned. */
final class SignalBenchmark {

  private static final String PEER = "sun.misc.Signal";
  private static final String SIGNAL = "USR1";

  private final Class<?> type = Class.forName("sun.misc.Signal");
  private final Class<?> handler = Class.forName("sun.misc.SignalHandler");
  private final Object signal = type.getConstructor(String.class).newInstance(SIGNAL);
  private final Method raise = type.getMethod("raise", type);
  private final Method handle = type.getMethod("handle", type, handler);

  private SignalBenchmark() throws ReflectiveOperationException {}

  static void run(Options options) throws Exception {
    new SignalBenchmark().measure(options);
  }

  private void measure(Options options) throws Exception {
    int signals = options.number("signals", 500);
    int rounds = options.number("rounds", 8);
    long[] ours = new long[signals * rounds];
    long[] theirs = new long[signals * rounds];
    for (int round = -2; round < rounds; round++) {
      long[] mine = routed(signals);
      long[] bare = bare(signals);
      if (round >= 0) {
        System.arraycopy(mine, 0, ours, round * signals, signals);
        System.arraycopy(bare, 0, theirs, round * signals, signals);
      }
    }
    WakeLines lines = new WakeLines("signal-latency", options).bar(Side.KEELSON, PEER, 1.15);
    lines.spread(Side.KEELSON, ours);
    lines.spread(PEER, theirs);
    Map<String, Double> medians = new LinkedHashMap<>();
    medians.put(Side.KEELSON, WakeLines.perMille(ours, 500));
    medians.put(PEER, WakeLines.perMille(theirs, 500));
    lines.print(medians);
  }

  private long[] routed(int signals) throws Exception {
    long[] nanos = new long[signals];
    try (Waker waker = Waker.create();
        SignalRoute route = SignalRouter.on(SIGNAL).to(waker, 1)) {
      for (int i = 0; i < signals; i++) {
        long sent = System.nanoTime();
        raise.invoke(null, signal);
        waker.await();
        nanos[i] = System.nanoTime() - sent;
      }
      if (route.count() != signals) {
        throw new AssertionError(route.count() + " of " + signals + " came");
      }
    }
    return nanos;
  }

  private long[] bare(int signals) throws Exception {
    long[] nanos = new long[signals];
    Semaphore latch = new Semaphore(0);
    Object bare =
        Proxy.newProxyInstance(
            SignalBenchmark.class.getClassLoader(),
            new Class<?>[] {handler},
            (proxy, method, arguments) -> {
              latch.release();
              return null;
            });
    Object before = handle.invoke(null, signal, bare);
    try {
      for (int i = 0; i < signals; i++) {
        long sent = System.nanoTime();
        raise.invoke(null, signal);
        latch.acquire();
        nanos[i] = System.nanoTime() - sent;
      }
    } finally {
      handle.invoke(null, signal, before);
    }
    return nanos;
  }
}
