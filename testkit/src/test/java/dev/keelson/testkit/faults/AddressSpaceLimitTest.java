/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.process.Command;
import dev.keelson.process.Result;
import dev.keelson.testkit.NoLeaks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Where address space is short, a launch works or is refused, and nothing is left of it.
 *
 * <p>A JVM that gets nothing from malloc ends by itself, whoever asked. So it is given a stock of
 * that beforehand, and what is left to run out is what a launch takes by mmap: the stack of
 * posix_spawn's child, the stacks of threads, and large buffers.
 */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 10_000)
class AddressSpaceLimitTest {

  /** One heap with 32 MiB to spare that are never given back, and no stack used again. */
  private static final String TUNABLES =
      String.join(
          ":",
          "glibc.malloc.arena_max=1",
          "glibc.malloc.top_pad=33554432",
          "glibc.malloc.trim_threshold=1073741824",
          "glibc.malloc.mmap_threshold=131072",
          "glibc.pthread.stack_cache_size=0");

  @Test
  void shouldWorkOrRefuseAndLeaveNothingWhenAddressSpaceIsShort() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "there is no /usr/bin/prlimit");
    Result result =
        Command.of(
                LimitedCommand.words(
                    List.of(), System.getProperty("java.io.tmpdir"), LimitedAddressSpaceMain.class))
            .env("GLIBC_TUNABLES", TUNABLES)
            .untracked()
            .unsetEnv("KEELSON_ID")
            .mergeStderr()
            .anyExit()
            .timeout(Duration.ofSeconds(240))
            .run();
    System.out.print(result.stdoutText());
    assertEquals(0, result.exitCode(), result::stdoutText);
  }
}
