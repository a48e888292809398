/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The lines that docs/migrating.md shows of other libraries do what is said of them. The programs
 * they name are those of the examples' tests, first on the PATH.
 */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class PeerSnippetsTest {

  @Test
  void shouldCaptureBothStreamsWithZtExec() throws Exception {
    assertEquals("0openjdk version \"99\"\n", PeerSnippets.ztExec());
  }

  @Test
  void shouldLogEachLineWithZtExec() throws Exception {
    List<String> lines = new ArrayList<>();
    PeerSnippets.ztExecLines(lines::add);
    assertEquals(List.of("compiling", "one warning"), lines.stream().sorted().toList());
  }

  @Test
  void shouldTakeBothExitCodesWithCommonsExec() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertEquals(1, PeerSnippets.commonsExec(out));
    // Two threads write them.
    assertEquals(List.of("low on paper", "queued"), out.toString(UTF_8).lines().sorted().toList());
  }
}
