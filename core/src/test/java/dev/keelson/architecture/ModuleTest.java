/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.architecture;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The module says what the packages are. */
class ModuleTest {
  @Test
  void shouldExportEveryPackageThatIsNotInternalAndNoOther() {
    Set<String> open =
        Core.CLASSES.stream()
            .map(JavaClass::getPackageName)
            .filter(p -> p.startsWith("dev.keelson.") && !p.startsWith("dev.keelson.internal"))
            .collect(toCollection(TreeSet::new));
    Set<String> exported =
        Core.MODULE.exports().stream()
            .filter(e -> !e.isQualified())
            .map(Exports::source)
            .collect(toCollection(TreeSet::new));
    assertEquals(open, exported);
  }

  @Test
  void shouldRequireOnlyGuavaJfrManagementAndSignals() {
    Set<String> required =
        Core.MODULE.requires().stream().map(Requires::name).collect(toCollection(TreeSet::new));
    assertEquals(
        Set.of("java.base", "com.google.common", "java.management", "jdk.jfr", "jdk.unsupported"),
        required);
  }

  /** On the module path a look-up that is not declared fails, on the class path it does not. */
  @Test
  void shouldDeclareEveryServiceThatItsClassesLookUp() {
    Set<String> lookedUp =
        Core.CLASSES.stream()
            .flatMap(type -> type.getCodeUnits().stream())
            .filter(
                code ->
                    code.getMethodCallsFromSelf().stream()
                        .anyMatch(
                            call -> call.getTargetOwner().isEquivalentTo(ServiceLoader.class)))
            .flatMap(code -> code.getReferencedClassObjects().stream())
            .map(literal -> literal.getRawType())
            .filter(type -> type.isInterface())
            .map(JavaClass::getFullName)
            .collect(toCollection(TreeSet::new));
    assertEquals(lookedUp, new TreeSet<>(Core.MODULE.uses()));
  }

  /** The classes are compiled on the class path, so that no compiler compares the two. */
  @Test
  void shouldRequireEveryModuleItsClassesUse() {
    Set<String> required = Core.MODULE.requires().stream().map(Requires::name).collect(toSet());
    Set<String> missing = new TreeSet<>();
    for (Module module : ModuleLayer.boot().modules()) {
      if (!required.contains(module.getName())) {
        Core.CLASSES.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(use -> module.getPackages().contains(use.getTargetClass().getPackageName()))
            .forEach(use -> missing.add(module.getName() + ": " + use.getDescription()));
      }
    }
    assertEquals(Set.of(), missing);
  }
}
