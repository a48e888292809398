/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.lincheck;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.testkit.Await;
import dev.keelson.testkit.hazards.JvmProbe;
import dev.keelson.testkit.stress.Size;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lincheck finds every planted race on this JDK, and none in Keelson. */
@Tag("process")
@Timeout(3_600)
class LincheckTest {

  @Test
  void shouldFindWhatIsPlantedAndNothingElse() throws Exception {
    String output = run();
    LincheckMain.models()
        .forEach(
            model -> {
              String verdict = model.isPlanted() ? LincheckMain.RED : LincheckMain.GREEN;
              String line = model + " " + verdict + " ";
              assertTrue(output.lines().anyMatch(each -> each.startsWith(line)), line + output);
            });
    assertFalse(output.contains("Java agent has been loaded"), output);
  }

  private static String run() throws Exception {
    List<String> options = new ArrayList<>(List.of("-Xmx512m", "-XX:+EnableDynamicAgentLoading"));
    options.add("-Dkeelson.stress=" + (Size.isFull() ? "full" : "slice"));
    if (Runtime.version().feature() >= 24) {
      options.add("--sun-misc-unsafe-memory-access=allow"); // of Lincheck's
    }
    try (JvmProbe.Running running =
        JvmProbe.of(LincheckMain.class).options(options.toArray(String[]::new)).start()) {
      return Await.within(Duration.ofMinutes(Size.of(5, 60)))
          .value("the end", running::output, text -> text.endsWith(LincheckMain.END));
    }
  }
}
