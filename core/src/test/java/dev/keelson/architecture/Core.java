/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the rules of this package look at: the compiled main classes of core and its module. */
final class Core {
  static final Path DIRECTORY = directory();
  static final JavaClasses CLASSES = new ClassFileImporter().importPath(DIRECTORY);
  static final ModuleDescriptor MODULE = module();

  private Core() {}

  static boolean isExported(JavaClass type) {
    return exported().anyMatch(type.getPackageName()::equals);
  }

  /** The packages that everybody may use; those for the testkit alone are not among them. */
  static Stream<String> exported() {
    return MODULE.exports().stream().filter(e -> !e.isQualified()).map(Exports::source);
  }

  private static Path directory() {
    try {
      Class<?> anyMainClass = dev.keelson.spi.CreationListener.class;
      return Path.of(anyMainClass.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ModuleDescriptor module() {
    try (InputStream in = Files.newInputStream(DIRECTORY.resolve("module-info.class"))) {
      return ModuleDescriptor.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
