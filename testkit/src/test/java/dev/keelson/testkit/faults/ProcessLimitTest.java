/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.process.Command;
import dev.keelson.process.Result;
import dev.keelson.testkit.NoLeaks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where processes are short, a launch works or is refused, and nothing is left of it. The limit is
 * one of a user's, and root has none: so this takes a user whom nobody else is.
 */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 10_000)
class ProcessLimitTest {

  private static final int NOBODY = 65534;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(classes = {LimitedProcessesMain.class, LimitedEngineProcessesMain.class})
  void shouldWorkOrRefuseAndLeaveNothingWhenProcessesAreShort(Class<?> main) throws Exception {
    assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "not root");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "there is no /usr/bin/prlimit");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "there is no /usr/bin/setpriv");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    // Another lane's test may run at the same time, and zombies of the last one be left: they
    // count.
    int user =
        (main == LimitedProcessesMain.class ? 300_000 : 400_000)
            + (int) (ProcessHandle.current().pid() % 100_000);
    List<String> asUser =
        List.of(
            "/usr/bin/setpriv",
            "--reuid=" + user,
            "--regid=" + NOBODY,
            "--clear-groups",
            "--inh-caps=-all");
    assumeCan(asUser, "-w", directory.toString());
    assumeCan(asUser, "-x", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String entry : LimitedCommand.classPath()) {
      assumeCan(asUser, "-r", entry);
    }
    List<String> wrapper = new ArrayList<>(asUser);
    wrapper.addAll(List.of("/usr/bin/prlimit", "--nproc=70:70"));
    Result result = run(Command.of(LimitedCommand.words(wrapper, directory.toString(), main)));
    System.out.print(result.stdoutText());
    assertEquals(0, result.exitCode(), result::stdoutText);
  }

  private static void assumeCan(List<String> asUser, String how, String file) throws Exception {
    List<String> words = new ArrayList<>(asUser);
    words.addAll(List.of("test", how, file));
    Result result = run(Command.of(words));
    assumeTrue(
        result.exitCode() == 0,
        () -> "another user may not (" + how + ") " + file + " " + result.stdoutText());
  }

  private static Result run(Command command) throws Exception {
    return command
        .untracked()
        .unsetEnv("KEELSON_ID")
        .directory(Path.of("/"))
        .mergeStderr()
        .anyExit()
        .timeout(Duration.ofSeconds(240))
        .run();
  }
}
