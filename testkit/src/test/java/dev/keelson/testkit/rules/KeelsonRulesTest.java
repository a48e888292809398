/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.rules;

import static dev.keelson.testkit.KeelsonRules.NO_RAW_PROCESS_BUILDER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.keelson.testkit.KeelsonRules;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rule is red for every planted launch and green for the careful ones. */
class KeelsonRulesTest {

  @ParameterizedTest
  @ValueSource(
      classes = {
        RawLaunches.Starts.class,
        RawLaunches.StartsByReference.class,
        RawLaunches.StartsAPipeline.class,
        RawLaunches.ExecsAString.class,
        RawLaunches.ExecsAnArray.class
      })
  void shouldFindEachWayToStartARawProcess(Class<?> planted) {
    JavaClasses classes = new ClassFileImporter().importClasses(planted);
    AssertionError failure =
        assertThrows(AssertionError.class, () -> NO_RAW_PROCESS_BUILDER.check(classes));
    String message = failure.getMessage();
    assertTrue(message.contains("SafeProcessBuilder"), message);
    assertTrue(message.contains("RawLaunches.java:"), message);
    assertTrue(message.contains("(1 times)"), message);
  }

  @Test
  void shouldHaveNothingAgainstCarefulLaunches() {
    NO_RAW_PROCESS_BUILDER.check(new ClassFileImporter().importClasses(CarefulLaunches.class));
  }

  /** Without ArchUnit on the path every class but the one that is about it can be loaded. */
  @Test
  void shouldBeAloneInNeedingArchUnit() {
    TreeSet<String> users = new TreeSet<>();
    new ClassFileImporter()
        .importPackagesOf(KeelsonRules.class)
        .that(resideInTheTestkitItself())
        .forEach(
            type -> {
              if (type.getDirectDependenciesFromSelf().stream()
                  .anyMatch(
                      use -> use.getTargetClass().getPackageName().startsWith("com.tngtech"))) {
                users.add(type.getSimpleName());
              }
            });
    assertEquals(List.of("KeelsonRules"), List.copyOf(users));
  }

  private static DescribedPredicate<JavaClass> resideInTheTestkitItself() {
    String there = KeelsonRules.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    return DescribedPredicate.describe(
        "are no tests",
        type ->
            type.getSource()
                .map(source -> Path.of(source.getUri().getPath()).startsWith(there))
                .orElse(false));
  }

  @Test
  void shouldLoadTheFakeLauncherWhereThereIsNoArchUnit() throws Exception {
    URL[] paths =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(path -> !path.contains("archunit"))
            .map(KeelsonRulesTest::url)
            .toArray(URL[]::new);
    try (URLClassLoader loader = new URLClassLoader(paths, ClassLoader.getPlatformClassLoader())) {
      assertThrows(
          ClassNotFoundException.class,
          () -> loader.loadClass("com.tngtech.archunit.lang.ArchRule"));
      Class<?> fake = Class.forName("dev.keelson.testkit.FakeLauncher", true, loader);
      assertEquals("strict", fake.getMethod("strict").getName());
    }
  }

  private static URL url(String path) {
    try {
      return Path.of(path).toUri().toURL();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
