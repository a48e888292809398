/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.dropin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.testkit.Lane;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Side by side with the JDK's in JVMs that were started in an unusual way. */
@Tag("process")
class DropInJvmTest {

  @TempDir Path dir;

  /** Starts the three JVMs at once; {@code "$@"} in the script is the java command. */
  private String verify(String script, String task, String... command) throws Exception {
    String[] results = new String[Flavour.values().length];
    Process[] jvms = new Process[results.length];
    for (Flavour flavour : Flavour.values()) {
      jvms[flavour.ordinal()] = start(script, flavour, task, command);
    }
    for (Flavour flavour : Flavour.values()) {
      Process jvm = jvms[flavour.ordinal()];
      if (!jvm.waitFor(60, TimeUnit.SECONDS)) {
        jvm.destroyForcibly().waitFor();
        throw new AssertionError("hangs with " + flavour);
      }
      results[flavour.ordinal()] = Files.readString(result(flavour)).replaceAll("pid=\\d+", "");
      Files.delete(result(flavour));
    }
    for (Flavour flavour : Flavour.values()) {
      assertEquals(results[0], results[flavour.ordinal()], () -> script + " with " + flavour);
    }
    return results[0];
  }

  private Process start(String script, Flavour flavour, String task, String... command)
      throws Exception {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", script, "sh");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    builder.command().addAll(List.of(java, "-Xmx64m", "-XX:TieredStopAtLevel=1"));
    builder.command().addAll(Lane.jvmOptions());
    builder.command().addAll(List.of("-cp", System.getProperty("java.class.path")));
    builder.command().addAll(List.of(DropInMain.class.getName(), flavour.name()));
    builder.command().addAll(List.of(result(flavour).toString(), task));
    builder.command().addAll(List.of(command));
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(dir.resolve("err-" + flavour).toFile());
    builder.redirectInput(new File("/dev/null"));
    return builder.start();
  }

  private Path result(Flavour flavour) {
    return dir.resolve("result-" + flavour);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"})
  void shouldConnectTheStreamsWhenTheParentHasNone(String closed) throws Exception {
    String result =
        verify(
            "exec \"$@\" " + closed, "run", "/bin/sh", "-c", "read x; echo out $x; echo err >&2");
    assertEquals("out=out in\n err=err\n exit=0", result);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<&-", ">&-", "2>&-", "<&- >&- 2>&-", "3>&1 >&2 2>&3 3>&-"})
  void shouldInheritAsTheJdkDoesWhenTheParentHasSomeOrNoStreams(String closed) throws Exception {
    verify(
        "exec \"$@\" " + closed,
        "inherit",
        "/bin/sh",
        "-c",
        "for i in 0 1 2; do test -e /proc/self/fd/$i; echo $?; done >" + dir.resolve("seen-$PPID"));
  }

  @Test
  void shouldSearchLikeTheJdkWhenThePathHasAWrongEntryFirst() throws Exception {
    Files.createDirectories(dir.resolve("a/prog"));
    Files.createDirectories(dir.resolve("b"));
    Files.writeString(dir.resolve("b/prog"), "not executable");
    Files.createDirectories(dir.resolve("c"));
    executable(dir.resolve("c/prog"), "#!/bin/sh\necho found $1\n");
    executable(dir.resolve("c/script"), "echo script $1\n");
    String path = path("a", "b") + ":/no/such:" + path("c") + ":$PATH";
    assertTrue(verify("PATH=" + path + " exec \"$@\"", "run", "prog", "x").contains("found x"));
    assertTrue(verify("PATH=" + path + " exec \"$@\"", "run", "script", "x").contains("script x"));
    verify("PATH=" + path("a", "b") + " exec \"$@\"", "run", "prog");
    verify("PATH=" + path("a") + " exec \"$@\"", "run", "prog");
    verify("unset PATH; exec \"$@\"", "run", "true");
    verify("cd " + dir.resolve("c") + "; PATH=: exec \"$@\"", "run", "prog", "x");
    verify("cd " + dir.resolve("c") + "; PATH= exec \"$@\"", "run", "prog", "x");
  }

  private String path(String... names) {
    return String.join(
        ":", List.of(names).stream().map(name -> dir.resolve(name).toString()).toList());
  }

  private static void executable(Path file, String text) throws Exception {
    Files.writeString(file, text, StandardCharsets.UTF_8);
    assertTrue(file.toFile().setExecutable(true));
  }

  @Test
  void shouldPassOnTheExactBytesWhenAVariableIsNoText() throws Exception {
    String bytes = "env DROPIN_A=\"$(printf '\\377\\376')\" \"$(printf 'DROPIN\\303')=x\" \"$@\"";
    String[] results =
        verify(bytes, "run,set,unset,clear", "/bin/cat", "/proc/self/environ").split("\n");
    assertEquals(4, results.length);
    for (int i = 0; i < results.length; i++) {
      assertEquals(i < 2, results[i].contains("\u00ff\u00fe"), results[i]);
    }
  }

  @Test
  void shouldReportExitCodesWhenChildSignalsAreIgnored() throws Exception {
    String result = verify("trap '' CHLD; exec \"$@\"", "run", "/bin/sh", "-c", "exit 7");
    assertEquals("out= err= exit=7", result);
  }

  @Test
  void shouldKeepHangUpsIgnoredWhenStartedByNohup() throws Exception {
    // Without 32 and 33, which the C library keeps for itself and some of its versions ignore.
    String look = "sed -nE 's/000000018/000000000/; /Sig(Blk|Ign)/p' /proc/self/status";
    verify("trap '' HUP; exec \"$@\"", "run", "/bin/sh", "-c", look);
  }
}
