/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script alone in a pid namespace, where a wrong one can do no harm: with bugs planted in it,
 * to see that a test would notice, and with the JVM's part played by a {@code sleep}.
 */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class WatchdogScriptTest {

  private static final String VICTIM = "KEELSON_ID=victim-0123456789";
  private static final String LIVE = "+" + VICTIM + "                \n";
  private static final String BLANK = " " + VICTIM + "                \n";

  /** As the first process of the namespace: cast, watchdog, death of the JVM, and who is left. */
  private static final String STAGE =
      """
      cd "$1" || exit 1
      mkfifo lifeline
      KEELSON_ID=bystander-0123456789 sleep 30 & bystander=$!
      KEELSON_ID=victim-0123456789 sleep 30 & victim=$!
      KEELSON_ID=victim-01234567890 sleep 30 & namesake=$!
      sleep 30 & jvm=$!
      env -i "PATH=$PATH" /bin/sh -c "$(cat script)" keelson-guard $jvm table <lifeline >said & dog=$!
      exec 9>lifeline
      until grep -q . said; do sleep 0.01; done
      sleep 0.1
      if [ "$2" = dies ]; then kill -KILL $jvm; wait $jvm; fi
      exec 9>&-
      wait $dog
      left=$(head -n 1 said):
      kill -0 $victim && left="$left victim"
      kill -0 $namesake && left="$left namesake"
      kill -0 $bystander && left="$left bystander"
      echo "$left"
      """;

  @TempDir private Path directory;

  @Test
  void shouldEndOnlyWhatHasALiveCookie() throws Exception {
    assertEquals("ready: namesake bystander", play(script(), LIVE, "dies"));
  }

  @Test
  void shouldEndNobodyForABlankLine() throws Exception {
    assertEquals("ready: victim namesake bystander", play(script(), BLANK, "dies"));
  }

  @Test
  void shouldEndNobodyForAnEmptyTable() throws Exception {
    assertEquals("ready: victim namesake bystander", play(script(), "", "dies"));
  }

  @Test
  void shouldEndNobodyForLinesWithoutACookie() throws Exception {
    String table = "+\n\n+KEELSON_ID=\n+KEELSON_ID=short\n+=0123456789\n+ \n+PATH\n";
    assertEquals("ready: victim namesake bystander", play(script(), table, "dies"));
  }

  @Test
  void shouldEndNobodyWhileTheJvmLives() throws Exception {
    assertEquals("ready: victim namesake bystander", play(script(), LIVE, "lives"));
  }

  @Test
  void canaryEmptyPatternEndsTheBystander() throws Exception {
    // What the filter and the -x are there for: this is the rampage that they prevent.
    String bug =
        plant(
            plant(
                plant(script(), "cookies=$(sed ", "cookies=; : $(sed "),
                "case $cookies in [A-Z]*=????????*) ;; *) exit 0 ;; esac",
                ""),
            "scan() {",
            "search() { printf '%s\\n' \"$cookies\" | grep -lszF -f - \"$@\"; }\nscan() {");
    assertEquals("ready:", play(bug, BLANK, "dies"));
  }

  @Test
  void canarySubstringEndsTheNamesake() throws Exception {
    String bug =
        plant(
            script(),
            "scan() {",
            "search() { printf '%s\\n' \"$cookies\" | grep -lszF -f - \"$@\"; }\nscan() {");
    assertEquals("ready: bystander", play(bug, LIVE, "dies"));
  }

  @Test
  void canaryBlankLinesAreRead() throws Exception {
    String bug = plant(script(), "s/^+", "s/^.");
    assertEquals("ready: namesake bystander", play(bug, BLANK, "dies"));
  }

  @Test
  void canaryTheLifelineAloneIsBelieved() throws Exception {
    String bug = plant(script(), "while living; do", "while false; do");
    assertEquals("ready: namesake bystander", play(bug, LIVE, "lives"));
  }

  private static String plant(String script, String right, String wrong) {
    String bug = script.replace(right, wrong);
    assertNotEquals(script, bug, "nothing to replace: " + right);
    return bug;
  }

  /** The script that a real watchdog runs. */
  private static String script() throws Exception {
    try (GuardedJvm jvm = GuardedJvm.start()) {
      jvm.tell("start child sleeper");
      jvm.tell("remove child");
      return jvm.script();
    }
  }

  private String play(String script, String table, String fate) throws Exception {
    assumeTrue(namespacesWork(), "this user may not make pid namespaces");
    Files.writeString(directory.resolve("script"), script);
    Files.writeString(directory.resolve("table"), table);
    Process stage =
        inNamespace("/bin/sh", "-c", STAGE, "stage", directory.toString(), fate)
            .redirectErrorStream(false)
            .start();
    stage.getOutputStream().close();
    assertEquals(true, stage.waitFor(30, TimeUnit.SECONDS));
    return new String(stage.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  private static boolean namespacesWork() throws IOException, InterruptedException {
    try {
      return inNamespace("true").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** The first process of the namespace takes everybody with it when it ends. */
  private static ProcessBuilder inNamespace(String... command) {
    String[] full = new String[command.length + 4];
    full[0] = "unshare";
    full[1] = "-pf";
    full[2] = "--kill-child";
    full[3] = "--mount-proc";
    System.arraycopy(command, 0, full, 4, command.length);
    return new ProcessBuilder(full).redirectError(ProcessBuilder.Redirect.DISCARD);
  }
}
