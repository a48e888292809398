/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.process.Result;
import dev.keelson.testkit.ChildProgram;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a child finds around it: arguments, environment, directory, descriptors. */
abstract class SurroundingsContract extends ContractSuite {

  private static final Command SHOW = program(ChildProgram.create().reportEnvironment());

  @Test
  void shouldPassArgumentsUnchanged() throws Exception {
    List<String> args = List.of("", " ", "a b", "\"'$`\\*?\n\t", "-n", "\u00e4\u20ac");
    Command command =
        Command.of("/bin/sh", "-c", "for a; do printf '%s|' \"$a\"; done", "sh").args(args);

    // Under a locale that is no UTF-8 the JDK cannot encode every letter.
    boolean utf8 = System.getProperty("sun.jnu.encoding").equalsIgnoreCase("UTF-8");
    String expected = String.join("|", args) + "|";
    String seen = launcher().run(command).stdoutText();
    assertEquals(utf8 ? expected : ascii(expected), utf8 ? seen : ascii(seen));
  }

  @Test
  void shouldChangeTheEnvironmentAsToldAndNothingElse() throws Exception {
    Command command =
        SHOW.env("ADDED", "x y=z").env(Map.of("MAPPED", "")).unsetEnv("HOME").env("LANG", "C");
    Map<String, String> expected = new java.util.TreeMap<>(System.getenv());
    expected.putAll(Map.of("ADDED", "x y=z", "MAPPED", "", "LANG", "C"));
    expected.remove("HOME");

    Map<String, String> seen = environment(launcher().run(command));

    assertTrue(seen.remove("KEELSON_ID") != null, "no cookie");
    seen.keySet().removeAll(Set.of("_", "PWD", "OLDPWD", "SHLVL"));
    expected.keySet().removeAll(Set.of("_", "PWD", "OLDPWD", "SHLVL", "KEELSON_ID"));
    assertEquals(expected, seen);
  }

  @Test
  void shouldKeepOnlyTheCookieWhenTheEnvironmentIsCleared() throws Exception {
    Command cleared = Command.of("/usr/bin/env").env("EARLIER", "x").clearEnv();

    Map<String, String> seen = environment(launcher().run(cleared.env("LATER", "y")));
    assertEquals(Set.of("KEELSON_ID", "LATER"), seen.keySet());

    assertEquals("", launcher().run(cleared.untracked()).stdoutText());
  }

  @Test
  void shouldGiveEachRunACookieOfItsOwn() throws Exception {
    String first = environment(launcher().run(SHOW)).get("KEELSON_ID");
    String second = environment(launcher().run(SHOW)).get("KEELSON_ID");

    assertFalse(first.isEmpty() || first.equals(second), first);
    assertEquals(
        System.getenv("KEELSON_ID"), // where a Keelson has started this JVM
        environment(launcher().run(SHOW.untracked())).get("KEELSON_ID"));
  }

  @Test
  void shouldRunInTheDirectory() throws Exception {
    assertEquals(
        dir.toRealPath().toString(),
        launcher().run(Command.of("pwd", "-P").directory(dir)).stdoutTrimmed());
    assertEquals(
        System.getProperty("user.dir"), launcher().run(Command.of("pwd", "-P")).stdoutTrimmed());
  }

  @Test
  void shouldResolveARelativeProgramInTheDirectory() throws Exception {
    java.nio.file.Path script = dir.resolve("tool");
    java.nio.file.Files.writeString(script, "#!/bin/sh\necho found\n");
    assertTrue(script.toFile().setExecutable(true));

    assertEquals("found\n", launcher().run(Command.of("./tool").directory(dir)).stdoutText());
  }

  @Test
  void shouldRunAShellOnlyWhenAsked() throws Exception {
    assertEquals("$HOME\n", launcher().run(Command.of("echo", "$HOME")).stdoutText());
    assertEquals("1 2\n", launcher().run(Command.shell("echo $1 $2").args("1", "2")).stdoutText());
  }

  @Test
  void shouldOpenNothingButTheThreeStreams() throws Exception {
    Result result = launcher().run(program(ChildProgram.create().reportDescriptors()));

    assertEquals(
        List.of("0", "1", "2"),
        result.lines().stream().map(line -> line.split(" ")[1]).toList(),
        result.stdoutText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A=B", "A\0B"})
  void shouldRefuseNamesThatNoVariableCanHave(String name) {
    assertThrows(IllegalArgumentException.class, () -> SHOW.env(name, "x"));
  }

  @Test
  void shouldRefuseNulWhereverItStands() {
    assertThrows(IllegalArgumentException.class, () -> SHOW.env("A", "x\0y"));
    assertThrows(IllegalArgumentException.class, () -> SHOW.args("x\0y"));
    assertThrows(IllegalArgumentException.class, () -> Command.of("x\0y"));
  }

  private static Map<String, String> environment(Result result) {
    String text = result.stdoutText();
    return Arrays.stream(text.split(text.indexOf('\0') >= 0 ? "\0" : "\n"))
        .filter(entry -> entry.contains("="))
        .collect(
            Collectors.toMap(
                entry -> entry.substring(0, entry.indexOf('=')),
                entry -> entry.substring(entry.indexOf('=') + 1),
                (a, b) -> b,
                java.util.TreeMap::new));
  }

  private static String ascii(String text) {
    return new String(text.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII)
        .replaceAll("[^\\x00-\\x7e]+|\\?+", "?");
  }
}
