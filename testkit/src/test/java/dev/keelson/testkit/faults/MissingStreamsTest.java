/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keelson.internal.linux.Kernels;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.hazards.JvmProbe;
import dev.keelson.testkit.stress.Size;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A JVM that was started without some of its standard streams: whatever number a pipe gets, each
 * byte takes the right way, and a child has no descriptor but its own three. All eight
 * combinations, on each engine that runs here.
 */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 10_000)
class MissingStreamsTest {

  static List<String> engines() {
    String usual = Kernels.whyNot().isEmpty() ? "linux" : "portable";
    // In the whole campaign the portable engine is tried on the newer JDK as well.
    return Size.of(1, 2) == 1 || usual.equals("portable")
        ? List.of(usual)
        : List.of(usual, "portable");
  }

  /** One shell starts the JVMs of all combinations at once; each writes a file. */
  @ParameterizedTest
  @MethodSource("engines")
  void shouldConnectEveryStreamWhicheverTheJvmLacks(String engine) throws Exception {
    String said =
        JvmProbe.of(MissingStreamsMain.class)
            .options("-Dkeelson.engine=" + engine)
            .byShell(
                "d=$(mktemp -d); for c in '' '<&-' '>&-' '2>&-' '<&- >&-' '<&- 2>&-' '>&- 2>&-'"
                    + " '<&- >&- 2>&-'; do n=$(echo \"$c\" | tr -c '012\\n<>' '_');"
                    + " eval '\"$@\" \"$d/jvm$n\"' $c & [ \"$c\" != '2>&-' ] || wait; done; wait;"
                    + " for f in \"$d\"/*; do echo \"${f##*/} $(cat \"$f\")\"; done; rm -r \"$d\"")
            .run();

    List<String> answers = said.lines().filter(line -> line.contains("engine=")).toList();
    assertEquals(8, answers.size(), said);
    for (String answer : answers) {
      String right = "engine=" + engine + " stdin=in out=out err=err merged=outerr open=0,1,2";
      assertEquals(right, answer.substring(answer.indexOf("engine=")), said);
    }
  }
}
