/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.lincheck;

import dev.keelson.wake.WakeResult;
import dev.keelson.wake.Waker;
import java.time.Duration;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** A waker: each wake-up is taken once, with the reasons of all who were told that they joined. */
public class WakerModel {

  private final Waker waker = Waker.create();

  /** Delivered and elided count as one: whether the owner had armed has no place in the order. */
  @Operation
  public String wake(@Param(gen = IntGen.class, conf = "1:3") int reasons) {
    WakeResult result = waker.wake(reasons);
    return (result == WakeResult.DELIVERED ? WakeResult.ELIDED : result).toString();
  }

  /** The owner takes what is there. */
  @Operation(nonParallelGroup = "owner")
  public String take() {
    return waker.tryTake().toString();
  }

  /** The owner arms, looks, and disarms. */
  @Operation(nonParallelGroup = "owner")
  public String await() throws InterruptedException {
    return waker.await(Duration.ZERO).toString();
  }

  /** Whether something is there. */
  @Operation
  public boolean isPending() {
    return waker.isPending();
  }

  /** For good. */
  @Operation
  public void close() {
    waker.close();
  }

  /** The planted race: the reasons are read and written in two steps. */
  public static class Planted {
    private volatile int pending;

    /** Joins those that are pending. */
    @Operation
    public boolean wake(@Param(gen = IntGen.class, conf = "1:3") int reasons) {
      int before = pending;
      pending = before | reasons;
      return before == 0;
    }

    /** Takes them all. */
    @Operation(nonParallelGroup = "owner")
    public int take() {
      int taken = pending;
      pending = 0;
      return taken;
    }
  }
}
