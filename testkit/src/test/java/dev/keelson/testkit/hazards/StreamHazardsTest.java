/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hazards;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.process.SafeProcessBuilder;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hazards of redirects and of the streams that are handed over. */
class StreamHazardsTest extends HazardSuite {

  @Test
  void h07ShouldLeaveAFileAloneThatAMergedStderrDoesNotUse() throws Exception {
    Path file = Files.writeString(dir.resolve("kept"), "kept");

    assertEquals(
        "o\ne\n",
        launcher()
            .run(sh("echo o; echo e >&2").stderr(Stdout.file(file)).mergeStderr())
            .stdoutText());

    assertEquals("kept", Files.readString(file));
    record(
        "H7 merged",
        SOON,
        () -> {
          File touched = dir.resolve("touched").toFile();
          plain("true").redirectErrorStream(true).redirectError(touched).start().waitFor();
          return "the unused file was created: " + touched.exists();
        });
  }

  @Test
  void h07ShouldInterleaveWhatIsAppendedToOneFile() throws Exception {
    Path file = dir.resolve("log");

    launcher()
        .run(
            sh("echo first; echo second >&2; echo third")
                .stdout(Stdout.append(file))
                .stderr(Stdout.append(file)));

    assertEquals("first\nsecond\nthird\n", Files.readString(file));
    record(
        "H7 same file twice",
        SOON,
        () -> {
          File log = dir.resolve("overwritten").toFile();
          plainSh("echo first; echo second >&2; echo third")
              .redirectOutput(log)
              .redirectError(log)
              .start()
              .waitFor();
          return Files.readString(log.toPath()).replace('\n', ' ');
        });
  }

  @Test
  void h08ShouldKeepWhatIsInTheStreamsAfterTheExit() throws Exception {
    Process process =
        new SafeProcessBuilder("/bin/sh", "-c", "printf %4095s x; printf %4095s y >&2; exit 5")
            .start();

    assertEquals(5, process.waitFor());
    InputStream out = process.getInputStream();
    assertEquals(4095, out.available());
    assertEquals(4095, process.getErrorStream().available());
    assertEquals(4095, out.readAllBytes().length);
    assertEquals(-1, out.read());
    assertEquals(out, process.getInputStream());
    out.close();
    assertEquals("Stream closed", assertThrows(IOException.class, out::read).getMessage());
    process.getErrorStream().close();
    process.getOutputStream().close();
  }

  @Test
  void h09ShouldNotTouchTheFlagsOfDescriptorsThatAChildHas() throws Exception {
    List<String> before = ownFlags();

    String seen =
        launcher()
            .run(sh("grep -h flags /proc/self/fdinfo/0 /proc/self/fdinfo/1").stdin(Stdin.inherit()))
            .stdoutText();
    launcher().run(Command.of("true").stdout(Stdout.inherit()).stderr(Stdout.inherit()));

    assertEquals(before, ownFlags());
    for (String line : seen.lines().toList()) {
      long flags = Long.parseLong(line.replaceAll("\\D", ""), 8);
      assertEquals(0, flags & 04000, "the child's end does not block: " + line);
    }
  }

  private static List<String> ownFlags() throws IOException {
    List<String> flags = new ArrayList<>();
    for (int fd = 0; fd < 3; fd++) {
      flags.add(
          Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd)).stream()
              .filter(line -> line.startsWith("flags"))
              .findFirst()
              .orElse("closed"));
    }
    return flags;
  }

  @Test
  void h11ShouldDecodeAcrossChunks() throws Exception {
    List<String> lines = new ArrayList<>();

    launcher()
        .run(
            sh("printf 'a\\303'; sleep 0.05; printf '\\244\\r'; sleep 0.05; printf '\\nb'")
                .stdout(Stdout.lines(lines::add)));

    assertEquals(List.of("a\u00e4", "b"), lines);
    record(
        "H11",
        SOON,
        () -> {
          Process process = plainSh("printf 'a\\303'; sleep 0.1; printf '\\244'").start();
          StringBuilder text = new StringBuilder();
          byte[] buffer = new byte[100];
          InputStream in = process.getInputStream();
          for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            text.append(new String(buffer, 0, count, UTF_8));
          }
          return "decoded chunk by chunk, as loops do: " + escaped(text.toString());
        });
  }

  @Test
  void h27ShouldOpenRedirectFilesWhereTheParentIs() throws Exception {
    Path here = Path.of("").toAbsolutePath();
    Path relative = here.relativize(dir.toAbsolutePath()).resolve("out");
    Path elsewhere = Files.createDirectory(dir.resolve("elsewhere"));

    launcher().run(Command.of("pwd", "-P").directory(elsewhere).stdout(Stdout.file(relative)));

    assertEquals(elsewhere.toRealPath() + "\n", Files.readString(dir.resolve("out")));
    assertFalse(Files.exists(elsewhere.resolve(relative)));
  }

  @Test
  void h27ShouldResolveARelativeProgramInTheChildsDirectory() throws Exception {
    executable("tool", "#!/bin/sh\necho found\n");

    assertEquals("found\n", launcher().run(Command.of("./tool").directory(dir)).stdoutText());
    assertTrue(Files.notExists(Path.of("tool")));
  }

  private static String escaped(String text) {
    return text.replace("\uFFFD", "<U+FFFD>");
  }
}
