/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which package may know which. */
class ArrowsTest {
  /** The one package that may name an engine. */
  private static final String FACTORY = "dev.keelson.internal.spawn.engines";

  /**
   * Every feature package, and the other features it may use. Everybody may use spi and internal.
   */
  private static final Map<String, Set<String>> FEATURES =
      Map.of(
          "process", Set.of("cleanup", "wake"),
          "lock", Set.of("boundary"),
          "boundary", Set.of(),
          "link", Set.of(),
          "cleanup", Set.of(),
          "wake", Set.of());

  @ParameterizedTest
  @ValueSource(strings = {"process", "lock", "boundary", "link", "cleanup", "wake"})
  void shouldUseOnlyTheFeaturesItMay(String feature) {
    String[] others =
        FEATURES.keySet().stream()
            .filter(other -> !other.equals(feature) && !FEATURES.get(feature).contains(other))
            .map(other -> "dev.keelson." + other + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage("dev.keelson." + feature + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .allowEmptyShould(true)
        .check(Core.CLASSES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"spi", "internal"})
  void shouldKnowNoFeature(String foundation) {
    noClasses()
        .that()
        .resideInAPackage("dev.keelson." + foundation + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            FEATURES.keySet().stream().map(f -> "dev.keelson." + f + "..").toArray(String[]::new))
        .check(Core.CLASSES);
  }

  @Test
  void shouldKeepSpiFreeOfInternals() {
    noClasses()
        .that()
        .resideInAPackage("dev.keelson.spi..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.keelson.internal..")
        .check(Core.CLASSES);
  }

  @Test
  void shouldReachLibcOnlyFromSpawnAndWake() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.keelson.internal.linux..",
            FACTORY,
            "dev.keelson.internal.spawn.linux..",
            "dev.keelson.wake..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.keelson.internal.linux..")
        .check(Core.CLASSES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"portable", "linux", "guard"})
  void shouldReachAnEngineOnlyThroughTheFactory(String engine) {
    String itself = "dev.keelson.internal.spawn." + engine + "..";
    noClasses()
        .that()
        .resideOutsideOfPackages(itself, FACTORY)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(itself)
        .check(Core.CLASSES);
  }

  @Test
  void shouldHaveNoPackageCycles() {
    slices().matching("dev.keelson.(**)").should().beFreeOfCycles().check(Core.CLASSES);
  }

  @Test
  void shouldDrawArrowsForEveryExportedPackage() {
    Set<String> drawn = new TreeSet<>(Set.of("dev.keelson.spi"));
    FEATURES.keySet().forEach(feature -> drawn.add("dev.keelson." + feature));
    Core.exported().forEach(exported -> assertTrue(drawn.contains(exported), exported));
  }
}
