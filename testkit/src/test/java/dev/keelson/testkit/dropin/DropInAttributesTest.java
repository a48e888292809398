/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.dropin;

import static dev.keelson.testkit.dropin.Scenario.attempt;
import static dev.keelson.testkit.dropin.Scenario.of;

import java.io.File;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The attributes of a builder, side by side with the JDK's; nothing is started. */
class DropInAttributesTest {

  @ParameterizedTest
  @MethodSource({"commands", "environments", "redirects", "others"})
  void shouldBehaveAsTheJdksWhenAttributesAreUsed(Scenario scenario) throws Exception {
    scenario.verify();
  }

  static Stream<Scenario> commands() {
    List<String> live = new ArrayList<>(List.of("a"));
    return Stream.of(
        of("new(null list)", s -> s.of((List<String>) null)),
        of("new(null array)", s -> s.of((String[]) null)),
        of("new() has an empty command", s -> s.of().command()),
        of("new(null word) is accepted", s -> s.of("a", null).command()),
        of("new(list) does not copy", s -> s.of(live).command() == live),
        of("new(words) gives a list to change", s -> s.of("a").command().add("b")),
        of("command(null list)", s -> s.of("a").command((List<String>) null)),
        of("command(null array)", s -> s.of("a").command((String[]) null)),
        of("command(list) does not copy", s -> s.of("a").command(live).command() == live),
        of("command(words)", s -> s.of("a").command("b", "c").command()),
        of("command(words) gives a list to change", s -> s.of("a").command("b").command().add("x")),
        of(
            "command(null) leaves the old command",
            s -> {
              AnyBuilder builder = s.of("a");
              return attempt(() -> builder.command((String[]) null)) + builder.command();
            }),
        of(
            "command(...) returns the builder",
            s -> {
              AnyBuilder builder = s.of("a");
              return builder.command("b") == builder && builder.command(live) == builder;
            }));
  }

  @SuppressWarnings({"unchecked", "rawtypes", "CollectionIncompatibleType"})
  static Stream<Scenario> environments() {
    return Stream.of(
        of("environment() is a copy of ours", s -> s.of().environment().equals(System.getenv())),
        of("environment() the same each time", s -> sameEnvironment(s.of())),
        of("put(null, x)", s -> s.of().environment().put(null, "x")),
        of("put(x, null)", s -> s.of().environment().put("x", null)),
        of("put(A=B)", s -> s.of().environment().put("A=B", "x")),
        of("put(=A)", s -> s.of().environment().put("=A", "x")),
        of("put(A, NUL)", s -> s.of().environment().put("A", "x\0y")),
        of("put(NUL, x)", s -> s.of().environment().put("A\0", "x")),
        of("put(object)", s -> ((Map) s.of().environment()).put(new Object(), "x")),
        of("get(null)", s -> s.of().environment().get(null)),
        of("get(object)", s -> s.of().environment().get(new Object())),
        of("containsKey(null)", s -> s.of().environment().containsKey(null)),
        of("containsValue(null)", s -> s.of().environment().containsValue(null)),
        of("remove(null)", s -> s.of().environment().remove(null)),
        of("put and get", s -> s.of().environment().put("DROPIN", "x") + sameEnvironment(s.of())),
        of(
            "clear",
            s -> {
              AnyBuilder builder = s.of();
              builder.environment().clear();
              return builder.environment();
            }));
  }

  private static boolean sameEnvironment(AnyBuilder builder) throws Exception {
    return Scenario.same(builder::environment);
  }

  static Stream<Scenario> redirects() {
    File file = new File("x");
    return Stream.of(
        of("defaults", DropInAttributesTest::allRedirects),
        of("inheritIO()", s -> allRedirects(s.of().inheritIO())),
        of("redirectInput(to)", s -> s.of().redirectInput(Redirect.to(file))),
        of("redirectInput(appendTo)", s -> s.of().redirectInput(Redirect.appendTo(file))),
        of("redirectInput(DISCARD)", s -> s.of().redirectInput(Redirect.DISCARD)),
        of("redirectOutput(from)", s -> s.of().redirectOutput(Redirect.from(file))),
        of("redirectError(from)", s -> s.of().redirectError(Redirect.from(file))),
        of("redirectInput((Redirect) null)", s -> s.of().redirectInput((Redirect) null)),
        of("redirectOutput((Redirect) null)", s -> s.of().redirectOutput((Redirect) null)),
        of("redirectError((Redirect) null)", s -> s.of().redirectError((Redirect) null)),
        of("redirectInput((File) null)", s -> s.of().redirectInput((File) null)),
        of("redirectOutput((File) null)", s -> s.of().redirectOutput((File) null)),
        of("redirectError((File) null)", s -> s.of().redirectError((File) null)),
        of("redirectX(file)", s -> allRedirects(files(s.of(), file))),
        of("redirectX(PIPE)", s -> allRedirects(all(s.of(), Redirect.PIPE))),
        of("redirectX(INHERIT)", s -> allRedirects(all(s.of(), Redirect.INHERIT))),
        of(
            "appendTo and DISCARD",
            s ->
                allRedirects(
                    s.of()
                        .redirectOutput(Redirect.appendTo(file))
                        .redirectError(Redirect.DISCARD))),
        of("the redirect itself is kept", DropInAttributesTest::keepsTheRedirect),
        of("a refused redirect changes nothing", DropInAttributesTest::refusedRedirect));
  }

  private static boolean keepsTheRedirect(Subject s) {
    Redirect to = Redirect.to(new File("x"));
    return s.of().redirectOutput(to).redirectOutput() == to;
  }

  private static String refusedRedirect(Subject s) {
    AnyBuilder builder = s.of();
    String refused = attempt(() -> builder.redirectOutput(Redirect.from(new File("x"))));
    return refused + allRedirects(builder);
  }

  private static AnyBuilder files(AnyBuilder builder, File file) {
    return builder.redirectInput(file).redirectOutput(file).redirectError(file);
  }

  private static AnyBuilder all(AnyBuilder builder, Redirect redirect) {
    return builder.redirectInput(redirect).redirectOutput(redirect).redirectError(redirect);
  }

  private static Object allRedirects(Subject s) {
    return allRedirects(s.of());
  }

  private static String allRedirects(AnyBuilder builder) {
    return builder.redirectInput()
        + ", "
        + builder.redirectOutput()
        + ", "
        + builder.redirectError();
  }

  static Stream<Scenario> others() {
    File file = new File("x");
    return Stream.of(
        of("directory() at first", s -> s.of().directory()),
        of("directory(x)", s -> s.of().directory(file).directory() == file),
        of("directory(null)", s -> s.of().directory(file).directory(null).directory()),
        of("redirectErrorStream() at first", s -> s.of().redirectErrorStream()),
        of(
            "redirectErrorStream(true)",
            s -> s.of().redirectErrorStream(true).redirectErrorStream()),
        of(
            "setters return the builder",
            s -> {
              AnyBuilder b = s.of();
              return b.directory(file) == b
                  && b.redirectErrorStream(true) == b
                  && b.inheritIO() == b
                  && files(b, file) == b
                  && all(b, Redirect.PIPE) == b;
            }));
  }
}
