/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.sun.management.ThreadMXBean;
import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Kernels;
import dev.keelson.internal.spawn.EnvironmentEdits;
import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.Stdio;
import dev.keelson.spi.Creations;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** Where memory ends between a process and its watch, nobody would know of the process. */
@Tag("process")
@Timeout(120)
@EnabledIf("isThisLanes")
class AdoptionTest {

  private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** The first ones link what they call. */
  private static final int ROUNDS = 20;

  /**
   * What the JDK takes for an error number, until the call is compiled; no object of ours fits in.
   */
  private static final int MOST_OF_A_CALL = 64;

  /** Opens the pidfd, asks whose it is, registers it. */
  private static final int CALLS = 3;

  static boolean isThisLanes() {
    return Kernels.whyNot().isEmpty();
  }

  @Test
  void shouldTakeNoMemoryOfOursFromTheProcessToItsWatch() throws Exception {
    assumeFalse(Creations.observed(), "whoever listens takes memory");
    Kernel kernel = Kernels.real();
    Machine machine = Machine.start(kernel, new Regions(kernel));
    SpawnRequest request =
        new SpawnRequest(
            List.of("/bin/true"),
            EnvironmentEdits.NONE,
            null,
            new Stdio.Null(),
            new Stdio.Null(),
            new Stdio.Null(),
            false,
            true,
            null,
            null);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      least = Math.min(least, takenBy(machine, request));
    }
    assertTrue(least <= CALLS * MOST_OF_A_CALL, "bytes: " + least);
  }

  private static long takenBy(Machine machine, SpawnRequest request) throws Exception {
    Wiring wiring = new Wiring(machine.kernel(), machine.loop(), machine.regions());
    LaunchBlock block = new LaunchBlock(machine.regions(), request, machine.environment());
    wiring.connect(request, block.plan());
    block.plan().ownSession = true;
    block.plan().defaultSignals = machine.defaultSignals();
    Adoption adoption = new Adoption(machine, request, wiring);
    int pid = new Starter(machine.kernel()).start(request, block);

    long before = MEMORY.getCurrentThreadAllocatedBytes();
    Spawned child = adoption.adopt(pid);
    long taken = MEMORY.getCurrentThreadAllocatedBytes() - before;

    block.free();
    wiring.started();
    assertTrue(child.awaitExit(TimeUnit.SECONDS.toNanos(60)));
    ExitReport exit = child.exit();
    assertEquals(0, exit.value(), exit::toString);
    return taken;
  }
}
