/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.dropin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.SafeProcessBuilder;
import java.io.File;
import java.lang.ProcessBuilder.Redirect;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The public surface of our builder against that of the JDK this runs on. */
class DropInSurfaceTest {

  /** Methods of a newer JDK's builder that ours does not have, each with the reason. */
  private static final Map<String, String> KNOWN_MISSING = Map.of();

  /** What ours has in addition. */
  private static final Set<String> ADDED = Set.of("from", "launcher");

  @Test
  void shouldHaveEveryMethodOfTheJdksBuilder() {
    Set<String> missing = methods(ProcessBuilder.class);
    missing.removeAll(methods(SafeProcessBuilder.class));
    assertEquals(
        new TreeSet<>(KNOWN_MISSING.keySet()), missing, "add it, or a reason to KNOWN_MISSING");
  }

  @Test
  void shouldHaveNothingElseThanWhatIsAnnounced() {
    Set<String> more = methods(SafeProcessBuilder.class);
    more.removeAll(methods(ProcessBuilder.class));
    more.removeIf(method -> ADDED.stream().anyMatch(name -> method.contains(" " + name + "(")));
    assertEquals(Set.of(), more);
  }

  @Test
  void shouldHaveTheSameConstructors() {
    assertEquals(constructors(ProcessBuilder.class), constructors(SafeProcessBuilder.class));
  }

  private static Set<String> methods(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
        .map(method -> text(type, method))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String text(Class<?> type, Method method) {
    return ((Modifier.isStatic(method.getModifiers()) ? "static " : "")
            + method.getGenericReturnType().getTypeName()
            + " "
            + method.getName()
            + signature(method.getGenericParameterTypes(), method.getExceptionTypes())
            + method.isVarArgs())
        .replace(type.getName() + "$", "@")
        .replace(type.getName(), "BUILDER")
        .replace("@", "java.lang.ProcessBuilder$");
  }

  private static Set<String> constructors(Class<?> type) {
    return Arrays.stream(type.getConstructors())
        .map(DropInSurfaceTest::text)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String text(Constructor<?> constructor) {
    return signature(constructor.getGenericParameterTypes(), constructor.getExceptionTypes())
        + constructor.isVarArgs();
  }

  private static String signature(Type[] parameters, Class<?>[] exceptions) {
    return Arrays.stream(parameters)
            .map(Type::getTypeName)
            .toList()
            .toString()
            .replace('[', '(')
            .replace(']', ')')
        + Arrays.toString(exceptions);
  }

  @Test
  void shouldBeFinalAndNoSubclassOfAnything() {
    assertTrue(Modifier.isFinal(SafeProcessBuilder.class.getModifiers()));
    assertEquals(Object.class, SafeProcessBuilder.class.getSuperclass());
  }

  @Test
  void shouldCopyEverythingWhenMadeFromABuilder() {
    ProcessBuilder original = new ProcessBuilder("a", null, "b").directory(new File("d"));
    original.redirectInput(new File("i")).redirectOutput(Redirect.DISCARD);
    original.redirectError(Redirect.appendTo(new File("e"))).redirectErrorStream(true);
    original.environment().put("DROPIN", "1");
    original.environment().remove("PATH");

    SafeProcessBuilder copy = SafeProcessBuilder.from(original);

    assertEquals(original.command(), copy.command());
    assertNotSame(original.command(), copy.command());
    assertEquals(original.directory(), copy.directory());
    assertEquals(original.environment(), copy.environment());
    assertEquals(original.redirectInput(), copy.redirectInput());
    assertEquals(original.redirectOutput(), copy.redirectOutput());
    assertEquals(original.redirectError(), copy.redirectError());
    assertTrue(copy.redirectErrorStream());
    copy.environment().put("DROPIN", "2");
    copy.command().clear();
    assertEquals("1", original.environment().get("DROPIN"));
    assertEquals(3, original.command().size());
  }

  @Test
  void shouldCopyWhatIsUntouchedWhenMadeFromABuilder() {
    SafeProcessBuilder copy = SafeProcessBuilder.from(new ProcessBuilder());
    assertEquals(System.getenv(), copy.environment());
    assertNull(copy.directory());
    assertThrows(NullPointerException.class, () -> SafeProcessBuilder.from(null));
  }
}
