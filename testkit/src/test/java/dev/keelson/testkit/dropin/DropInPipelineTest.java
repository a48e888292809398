/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.dropin;

import static dev.keelson.testkit.dropin.Scenario.attempt;
import static dev.keelson.testkit.dropin.Scenario.of;
import static dev.keelson.testkit.dropin.Subject.text;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** startPipeline, side by side with the JDK's. */
@Tag("process")
@Isolated("the leak oracle sees the whole JVM")
class DropInPipelineTest {

  @ParameterizedTest
  @MethodSource({"pipelines", "refusals"})
  void shouldPipeAsTheJdkDoes(Scenario scenario) throws Exception {
    scenario.verify();
  }

  static Stream<Scenario> pipelines() {
    return Stream.of(
        of("none", s -> s.pipeline(List.of())),
        of("one", s -> run(s, s.sh("cat; exit 3"))),
        of("two", s -> run(s, s.of("cat"), s.of("tr", "a-z", "A-Z"))),
        of("four", s -> run(s, s.of("cat"), s.of("sort", "-r"), s.of("cat"), s.of("head", "-n1"))),
        of("exit values", s -> run(s, s.sh("cat; exit 1"), s.sh("cat; exit 2"), s.sh("exit 3"))),
        of("a lot", s -> run(s, s.sh("head -c 1000000 /dev/zero"), s.of("cat"), s.of("wc", "-c"))),
        of(
                "a reader that stops",
                s -> run(s, s.sh("exec yes"), s.of("head", "-n2")).replace("141", "SIGPIPE"))
            .exceptWithStreams(
                "the writer hears of it only once it fills the copying thread's pipe"),
        of("separate errors", s -> errors(s, s.sh("echo a >&2"), s.sh("cat; echo b >&2"))),
        of(
            "merged errors go down the pipe",
            s -> run(s, s.sh("echo a; echo b >&2").redirectErrorStream(true), s.of("sort"))),
        of("streams in the middle are null streams", DropInPipelineTest::middle),
        of(
            "first input and last output are files",
            s -> {
              Path in = s.file("i", "b\na\n");
              Path out = s.file("o");
              AnyBuilder first = s.of("cat").redirectInput(in.toFile());
              AnyBuilder last = s.of("sort").redirectOutput(out.toFile());
              return run(s, first, last) + Files.readString(out);
            }),
        of("environment and directory", DropInPipelineTest::ownAttributes),
        of("the list can be changed", s -> s.pipeline(List.of(s.of("true"))).add(null)),
        of("builders can be used again", DropInPipelineTest::again)
            .differs("x\nx\n", "the JDK leaves the redirects of the pipeline in the builders"));
  }

  /** Feeds the first, reads the last to the end, and tells all exit values. */
  private static String run(Subject s, AnyBuilder... builders) throws Exception {
    List<Process> processes = s.pipeline(List.of(builders));
    try (OutputStream first = processes.get(0).getOutputStream()) {
      first.write("b\na\n".getBytes(UTF_8));
      first.flush();
    } catch (IOException doesNotRead) {
      // Some do not.
    }
    String out = text(processes.get(processes.size() - 1).getInputStream());
    List<Integer> codes = new ArrayList<>();
    for (Process process : processes) {
      codes.add(process.waitFor());
    }
    return out + codes;
  }

  private static Object errors(Subject s, AnyBuilder... builders) throws Exception {
    List<Process> processes = s.pipeline(List.of(builders));
    processes.get(0).getOutputStream().close();
    StringBuilder errors = new StringBuilder();
    for (Process process : processes) {
      errors.append(text(process.getErrorStream()));
    }
    return errors;
  }

  private static Object middle(Subject s) throws Exception {
    List<Process> all = s.pipeline(List.of(s.of("cat"), s.of("cat"), s.of("cat")));
    String text =
        all.get(0).getInputStream().read()
            + attempt(() -> write(all.get(1).getOutputStream()))
            + all.get(1).getInputStream().read()
            + attempt(() -> write(all.get(2).getOutputStream()));
    all.get(0).getOutputStream().close();
    return text + all.get(2).getInputStream().read();
  }

  private static Object write(OutputStream out) throws Exception {
    out.write(1);
    return "written";
  }

  private static Object ownAttributes(Subject s) throws Exception {
    AnyBuilder first = s.sh("echo $X; pwd -P").directory(s.dir.toFile());
    first.environment().put("X", "1");
    AnyBuilder last = s.sh("cat; echo $X");
    last.environment().put("X", "2");
    return run(s, first, last);
  }

  private static Object again(Subject s) throws Exception {
    List<AnyBuilder> builders = List.of(s.of("echo", "x"), s.of("cat"));
    return text(s.pipeline(builders).get(1).getInputStream())
        + text(s.pipeline(builders).get(1).getInputStream());
  }

  static Stream<Scenario> refusals() {
    return Stream.of(
        of("null list", s -> refusal(() -> s.pipeline(null))),
        of("null element", s -> refusal(() -> s.pipeline(Arrays.asList(s.of("cat"), null)))),
        of("input of the second", s -> s.pipeline(secondInput(s, Redirect.INHERIT))),
        of("input file of the second", s -> s.pipeline(secondInput(s, from(s)))),
        of("output of the first", s -> s.pipeline(firstOutput(s, Redirect.DISCARD))),
        of("output file of the first", s -> s.pipeline(firstOutput(s, to(s)))),
        of("first cannot run", s -> s.pipeline(List.of(s.of("nope"), s.of("cat")))),
        of("second cannot run", s -> s.pipeline(List.of(s.of("cat"), s.of("nope")))),
        of("last cannot run", s -> s.pipeline(List.of(s.of("cat"), s.of("cat"), s.of("nope")))),
        of("an empty command", s -> s.pipeline(List.of(s.of("cat"), s.of()))),
        of("a null word", s -> s.pipeline(List.of(s.of("cat"), s.of((String) null)))));
  }

  private static Object refusal(Scenario.Attempt action) throws Exception {
    try {
      return action.run();
    } catch (NullPointerException e) {
      return "NullPointerException"; // its text names the JDK's variables
    }
  }

  private static List<AnyBuilder> secondInput(Subject s, Redirect redirect) {
    return List.of(s.of("cat"), s.of("cat").redirectInput(redirect));
  }

  private static List<AnyBuilder> firstOutput(Subject s, Redirect redirect) {
    return List.of(s.of("cat").redirectOutput(redirect), s.of("cat"));
  }

  private static Redirect from(Subject s) throws Exception {
    return Redirect.from(s.file("i", "").toFile());
  }

  private static Redirect to(Subject s) {
    return Redirect.to(s.file("o").toFile());
  }
}
