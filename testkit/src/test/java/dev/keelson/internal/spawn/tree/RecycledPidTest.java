/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever takes over a pid is not ended for its former owner. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class RecycledPidTest {

  @ParameterizedTest
  @ValueSource(strings = {"root", "member"})
  void shouldLeaveTheNewOwnerOfAPidAlone(String role) throws Exception {
    assumeTrue(
        run("sh", "-c", "echo 100 >/proc/sys/kernel/ns_last_pid && echo yes").contains("yes"),
        "this user may not make pid namespaces and choose pids in them");
    String said =
        run(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            RecycledPidMain.class.getName(),
            role);
    assertTrue(said.contains("the victim lives"), said);
  }

  private static String run(String... command) throws IOException, InterruptedException {
    List<String> full = new ArrayList<>(List.of("unshare", "-pf", "--kill-child", "--mount-proc"));
    full.addAll(List.of(command));
    Process process = new ProcessBuilder(full).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor(10, TimeUnit.SECONDS);
    return said;
  }
}
