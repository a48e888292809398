/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.dropin;

import static dev.keelson.testkit.dropin.Scenario.attempt;
import static dev.keelson.testkit.dropin.Scenario.of;
import static dev.keelson.testkit.dropin.Subject.run;

import java.io.File;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What start() starts or refuses, side by side with the JDK's. */
@Tag("process")
@Isolated("the leak oracle sees the whole JVM")
class DropInStartTest {

  @ParameterizedTest
  @MethodSource({"refusals", "orders", "programs", "redirects", "environments"})
  void shouldStartAsTheJdkDoes(Scenario scenario) throws Exception {
    scenario.verify();
  }

  static Stream<Scenario> refusals() {
    return Stream.of(
        of("empty command", s -> s.of().start()),
        of("null program", s -> s.of((String) null).start()),
        of("null argument", s -> s.of("true", null).start()),
        of("NUL in the program", s -> s.of("tr\0ue").start()),
        of("NUL in an argument", s -> s.of("true", "\0").start()),
        of("empty program", s -> s.of("").start()),
        of("no such program", s -> s.of("no-such-program").start()),
        of("no such path", s -> s.of(s.file("x").toString()).start()),
        of("no such program in a directory", s -> in(s, s.dir, "no-such-program").start()),
        of("no such directory", s -> in(s, s.file("x"), "true").start()),
        of("a file as directory", s -> in(s, s.file("x", ""), "true").start()),
        of("not executable", s -> s.of(s.file("x", "").toString()).start()),
        of("a directory as program", s -> s.of(s.dir.toString()).start()),
        of("no such interpreter", s -> s.of(program(s, "x", "#!/no/interpreter\n")).start()),
        of("too long an argument", s -> s.of("true", "x".repeat(1 << 18)).start()),
        of("input from nowhere", s -> s.of("true").redirectInput(file(s, "x")).start()),
        of("input from a directory", s -> s.of("true").redirectInput(s.dir.toFile()).start()),
        of("output to a directory", s -> s.of("true").redirectOutput(s.dir.toFile()).start()),
        of("error to nowhere", s -> s.of("true").redirectError(file(s, "x/y")).start()),
        of(
            "unwritable merged error",
            s -> s.of("true").redirectErrorStream(true).redirectError(file(s, "x/y")).start()));
  }

  static Stream<Scenario> orders() {
    return Stream.of(
        of("NUL before null", s -> s.of("\0", null).start()),
        of("NUL before redirects", s -> s.of("\0").redirectInput(file(s, "x")).start()),
        of("redirects before the program", s -> s.of("nope").redirectInput(file(s, "x")).start()),
        of(
            "redirects before the directory",
            s -> in(s, s.file("x"), "true").redirectInput(file(s, "y")).start()),
        of("input before output", DropInStartTest::twoBadRedirects),
        of(
            "files are created although the program is missing",
            s -> {
              AnyBuilder builder = s.of("nope").redirectOutput(file(s, "o"));
              String refused = attempt(() -> builder.redirectError(file(s, "e")).start());
              return refused + Files.exists(s.file("o")) + Files.exists(s.file("e"));
            }),
        of(
            "a file is truncated although the next cannot be opened",
            s -> {
              Path out = s.file("o", "old");
              AnyBuilder builder = s.of("true").redirectOutput(out.toFile());
              String refused = attempt(() -> builder.redirectError(file(s, "x/y")).start());
              return refused + Files.size(out);
            }),
        of(
                "merged error file where the input is missing",
                s -> {
                  AnyBuilder builder = s.of("true").redirectInput(file(s, "x"));
                  builder.redirectErrorStream(true).redirectError(file(s, "e"));
                  return attempt(builder::start).contains("x (No such")
                      + " "
                      + Files.exists(s.file("e"));
                })
            .differs("true true", "we open the merged error file first, the engine the others"));
  }

  private static Object twoBadRedirects(Subject s) throws Exception {
    return s.of("true").redirectInput(file(s, "a")).redirectOutput(file(s, "b/c")).start();
  }

  static Stream<Scenario> programs() {
    return Stream.of(
        of("by PATH", s -> run(s.of("echo", "a b", "", "'\"$x\\").start())),
        of("by path", s -> run(s.of("/bin/echo", "-n", "x").start())),
        of("unicode arguments", s -> run(s.of("printf", "%s", "\u00e4\u20ac").start())),
        of("script without a first line", s -> run(s.of(program(s, "x", "echo $1"), "y").start())),
        of("relative to the directory", DropInStartTest::relativeProgram),
        of("directory", s -> run(in(s, s.dir, "pwd", "-P").start()).contains(s.dir.toString())),
        of("empty directory name", s -> in(s, Path.of(""), "true").start()),
        of("PATH of the child is not searched", DropInStartTest::childsPath),
        of("the list is read at the start", DropInStartTest::liveList),
        of("a builder can be used again", DropInStartTest::twice),
        of("descriptors of the child", s -> run(s.sh("ls /proc/self/fd | wc -l").start())),
        of(
            "signals of the child",
            s -> run(s.sh("grep -E 'Sig(Blk|Ign)' /proc/self/status | sed " + OWN).start())));
  }

  /** Of 32 and 33, which the C library keeps for itself, some of its versions ignore both. */
  private static final String OWN = "s/000000018/000000000/";

  private static Object relativeProgram(Subject s) throws Exception {
    program(s, "x", "#!/bin/sh\necho here");
    return run(in(s, s.dir, "./x").start());
  }

  private static Object childsPath(Subject s) throws Exception {
    program(s, "only-here", "#!/bin/sh\necho found");
    AnyBuilder builder = s.of("only-here");
    builder.environment().put("PATH", s.dir.toString());
    return builder.start();
  }

  private static Object liveList(Subject s) throws Exception {
    List<String> command = new ArrayList<>(List.of("echo", "a"));
    AnyBuilder builder = s.of(command);
    command.set(1, "b");
    return run(builder.start());
  }

  private static Object twice(Subject s) throws Exception {
    AnyBuilder builder = s.of("echo", "a").redirectErrorStream(true);
    return run(builder.start()) + run(builder.command("echo", "b").start());
  }

  static Stream<Scenario> redirects() {
    String both = "echo out; echo err >&2";
    return Stream.of(
        of("pipes", s -> run(s.sh(both).start())),
        of("merged", s -> run(s.sh(both).redirectErrorStream(true).start())),
        of(
            "files",
            s -> {
              Path in = s.file("i", "input");
              String rest =
                  run(
                      s.sh("cat; echo err >&2")
                          .redirectInput(in.toFile())
                          .redirectOutput(file(s, "o"))
                          .redirectError(file(s, "e"))
                          .start());
              return rest + Files.readString(s.file("o")) + Files.readString(s.file("e"));
            }),
        of("append", s -> content(s, Redirect.appendTo(file(s, "o")))),
        of("truncate", s -> content(s, Redirect.to(file(s, "o")))),
        of("discard", s -> run(discarded(s.sh(both + "; ls -l /proc/self/fd/1")).start())),
        of(
            "output to a device",
            s -> run(s.sh(both).redirectOutput(new File("/dev/null")).start())),
        of(
            "input is a file the child shares",
            s -> run(s.sh("head -c1; cat").redirectInput(s.file("i", "xy").toFile()).start())),
        of(
            "two to the same file overwrite each other",
            s -> {
              File file = file(s, "o");
              String rest =
                  run(
                      s.sh("printf 12345; printf ab >&2")
                          .redirectOutput(file)
                          .redirectError(file)
                          .start());
              return rest + Files.readString(file.toPath());
            }),
        of(
            "two appending to the same file interleave",
            s -> {
              Redirect file = Redirect.appendTo(file(s, "o"));
              String rest =
                  run(
                      s.sh("printf 123; printf ab >&2; printf 45")
                          .redirectOutput(file)
                          .redirectError(file)
                          .start());
              return rest + Files.readString(s.file("o"));
            }),
        of("merged with an error file", s -> merged(s, false)),
        of("merged with an error file to append to", s -> merged(s, true)),
        of(
            "merged into a file",
            s ->
                run(s.sh(both).redirectErrorStream(true).redirectOutput(file(s, "o")).start())
                    + Files.readString(s.file("o"))),
        of(
            "merged with discarded error",
            s -> run(s.sh(both).redirectErrorStream(true).redirectError(Redirect.DISCARD).start())),
        of(
            "merged with inherited error",
            s ->
                run(s.sh(both).redirectErrorStream(true).redirectError(Redirect.INHERIT).start())));
  }

  private static AnyBuilder discarded(AnyBuilder builder) {
    return builder.redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD);
  }

  private static Object content(Subject s, Redirect redirect) throws Exception {
    s.file("o", "old");
    return run(s.sh("echo new").redirectOutput(redirect).start()) + Files.readString(s.file("o"));
  }

  private static Object merged(Subject s, boolean append) throws Exception {
    Path file = s.file("e", "old");
    Redirect error = append ? Redirect.appendTo(file.toFile()) : Redirect.to(file.toFile());
    AnyBuilder builder = s.sh("echo out; echo err >&2").redirectError(error);
    return run(builder.redirectErrorStream(true).start()) + Files.readString(file);
  }

  static Stream<Scenario> environments() {
    return Stream.of(
        of("untouched", s -> environment(s.of("env", "-0"))),
        of(
            "looked at",
            s -> {
              AnyBuilder builder = s.of("env", "-0");
              builder.environment();
              return environment(builder);
            }),
        of("added", s -> environment(put(s.of("env", "-0"), "DROPIN", "a b"))),
        of("changed", s -> environment(put(s.of("env", "-0"), "PATH", "/bin:/usr/bin"))),
        of("empty value", s -> environment(put(s.of("env", "-0"), "DROPIN", ""))),
        of("newlines", s -> environment(put(s.of("env", "-0"), "A\nB", "x\r\ny=z"))),
        of("unicode", s -> environment(put(s.of("env", "-0"), "DROP\u00cfN", "\u20ac"))),
        of(
            "removed",
            s -> {
              AnyBuilder builder = s.of("env", "-0");
              builder.environment().remove("PATH");
              return environment(builder);
            }),
        of(
            "cleared",
            s -> {
              AnyBuilder builder = s.of("env", "-0");
              builder.environment().clear();
              return environment(builder) + " " + environment(put(builder, "A", "1"));
            }),
        of(
            "all but one removed by a view",
            s -> {
              AnyBuilder builder = s.of("env", "-0");
              builder.environment().keySet().retainAll(List.of("PATH"));
              builder.environment().entrySet().forEach(entry -> entry.setValue("/x"));
              return environment(builder);
            }));
  }

  private static AnyBuilder put(AnyBuilder builder, String name, String value) {
    builder.environment().put(name, value);
    return builder;
  }

  private static Object environment(AnyBuilder builder) throws Exception {
    String out = Subject.text(builder.start().getInputStream());
    return Stream.of(out.split("\0")).sorted().toList();
  }

  private static AnyBuilder in(Subject s, Path directory, String... command) {
    return s.of(command).directory(directory.toFile());
  }

  private static File file(Subject s, String name) {
    return s.file(name).toFile();
  }

  private static String program(Subject s, String name, String content) throws Exception {
    Path file = s.file(name, content);
    file.toFile().setExecutable(true);
    return file.toString();
  }
}
