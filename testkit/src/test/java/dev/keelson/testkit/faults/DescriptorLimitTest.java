/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.process.Command;
import dev.keelson.process.Result;
import dev.keelson.testkit.NoLeaks;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where descriptors are short, a launch works or is refused; those that are open stay so. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 10_000)
class DescriptorLimitTest {

  @ParameterizedTest
  @ValueSource(classes = {LimitedDescriptorsMain.class, LimitedEngineDescriptorsMain.class})
  void shouldWorkOrRefuseAndHarmNothingWhenDescriptorsAreShort(Class<?> main) throws Exception {
    assumeTrue(
        new File("/proc/self/fd").length() > 0,
        "this kernel (before 6.2) does not tell how many descriptors are open");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "there is no /usr/bin/prlimit");
    Result result =
        Command.of(
                LimitedCommand.words(
                    List.of("/usr/bin/prlimit", "--nofile=256:256"),
                    System.getProperty("java.io.tmpdir"),
                    main))
            .untracked()
            .unsetEnv("KEELSON_ID")
            .mergeStderr()
            .anyExit()
            .timeout(Duration.ofSeconds(110))
            .run();
    System.out.print(result.stdoutText());
    assertEquals(0, result.exitCode(), result::stdoutText);
  }
}
