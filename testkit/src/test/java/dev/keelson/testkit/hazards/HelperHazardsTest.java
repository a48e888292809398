/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hazards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.process.Capabilities;
import dev.keelson.process.Command;
import dev.keelson.process.Guarantee;
import dev.keelson.process.Launcher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hazards of the program by which the JDK starts others: jspawnhelper, missing or not its own. */
class HelperHazardsTest extends HazardSuite {

  /** For copying a JDK and for removing it, on a machine that does much else. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** What tells a JVM where it lives; the rest of a JDK can be links. */
  private static final List<String> COPIED =
      List.of("bin/java", "lib/libjli.so", "lib/server/libjvm.so");

  @Test
  void h20ShouldSayThatTheJdksHelperIsMissing() throws Exception {
    Path jdk = copyOfThisJdk();
    Files.delete(jdk.resolve("lib/jspawnhelper"));

    String said = run(jdk);

    if (goesRoundTheJdk()) {
      assertTrue(said.contains("keelson: started"), said);
    } else {
      assertTrue(said.contains("keelson: Refused"), said);
      assertTrue(said.contains("jspawnhelper"), said);
    }
    assertFalse(said.contains("/bin/true was linked for"), said);
    record("H20", SOON, () -> line(said, "plain: ") + "; " + line(said, "unreaped "));
    record("H20 through Keelson", SOON, () -> line(said, "keelson: "));
  }

  @Test
  void h21ShouldSayThatTheJdkWasReplacedUnderItsFeet() throws Exception {
    Path jdk = copyOfThisJdk();
    Path helper = jdk.resolve("lib/jspawnhelper");
    Files.delete(helper);
    Files.writeString(helper, "#!/bin/sh\necho \"JDK version mismatch\" >&2\nexit 1\n");
    assertTrue(helper.toFile().setExecutable(true));

    String said = run(jdk);

    assertTrue(said.contains(goesRoundTheJdk() ? "keelson: started" : "keelson: Refused"), said);
    record("H21", SOON, () -> line(said, "plain: ") + "; " + line(said, "unreaped "));
    record("H21 through Keelson", SOON, () -> line(said, "keelson: "));
  }

  /** Only then the JDK does not hear of arguments. */
  private static boolean goesRoundTheJdk() {
    return Launcher.system().capabilities().of(Guarantee.HIDDEN_ARGUMENTS).level()
        == Capabilities.Level.KEPT;
  }

  private Path copyOfThisJdk() throws Exception {
    Path home = Path.of(System.getProperty("java.home"));
    assumeTrue(Files.exists(home.resolve("lib/jspawnhelper")), "this JDK has no helper");
    Path copy = dir.resolve("jdk");
    assertEquals(
        0,
        launcher()
            .run(Command.of("cp", "-rs", home + "/.", copy.toString()).timeout(PATIENCE))
            .exitCode());
    for (String file : COPIED) {
      Files.copy(
          home.resolve(file).toRealPath(),
          copy.resolve(file),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    return copy;
  }

  private String run(Path jdk) throws Exception {
    try {
      return JvmProbe.of(HelperProbe.class).java(jdk.resolve("bin/java")).run();
    } finally {
      launcher().run(Command.of("rm", "-rf", jdk.toString()).timeout(PATIENCE));
    }
  }

  private static String line(String said, String start) {
    return said.lines().filter(line -> line.startsWith(start)).findFirst().orElse(said);
  }
}
