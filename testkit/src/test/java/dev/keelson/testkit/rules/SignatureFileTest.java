/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.process.Result;
import dev.keelson.testkit.KeelsonRules;
import dev.keelson.testkit.NoLeaks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** The signature file, read by forbidden-apis itself, finds what is planted and nothing else. */
@Tag("process")
@NoLeaks
@Timeout(120)
class SignatureFileTest {

  private static final String MAIN = "de.thetaphi.forbiddenapis.cli.CliMain";

  @TempDir Path dir;

  @BeforeEach
  void writeSignatures() throws IOException {
    copy(KeelsonRules.class, "no-raw-process-builder.txt", dir.resolve("signatures.txt"));
    Files.createDirectory(dir.resolve("classes"));
  }

  @Test
  void shouldFindEachWayToStartARawProcess() throws Exception {
    for (Class<?> planted : RawLaunches.class.getDeclaredClasses()) {
      plant(planted);
    }
    Result result = check();
    String told = result.stdoutText();
    assertEquals(1, result.exitCode(), told);
    for (Class<?> planted : RawLaunches.class.getDeclaredClasses()) {
      assertTrue(told.contains(planted.getName()), () -> planted + " is not in " + told);
    }
    assertTrue(told.contains("SafeProcessBuilder"), told);
  }

  @Test
  void shouldHaveNothingAgainstCarefulLaunches() throws Exception {
    plant(CarefulLaunches.class);
    Result result = check();
    assertEquals(0, result.exitCode(), result::stdoutText);
  }

  private void plant(Class<?> type) throws IOException {
    String file = type.getName().substring(type.getPackageName().length() + 1) + ".class";
    copy(type, file, dir.resolve("classes").resolve(file));
  }

  private static void copy(Class<?> beside, String resource, Path to) throws IOException {
    try (InputStream in = beside.getResourceAsStream(resource)) {
      Files.copy(in, to);
    }
  }

  private Result check() throws Exception {
    return Command.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            forbiddenApis(),
            MAIN,
            "-d",
            dir.resolve("classes").toString(),
            "-f",
            dir.resolve("signatures.txt").toString(),
            "--allowmissingclasses")
        .anyExit()
        .mergeStderr()
        .run();
  }

  /** Its jar. Only a run outside of Maven may go without. */
  private static String forbiddenApis() throws Exception {
    try {
      Class<?> main = Class.forName(MAIN);
      return Path.of(main.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (ClassNotFoundException e) {
      assertNull(System.getProperty("basedir"), "forbidden-apis is not on the test path of Maven");
      throw new TestAbortedException("forbidden-apis is on the test path of Maven only", e);
    }
  }
}
