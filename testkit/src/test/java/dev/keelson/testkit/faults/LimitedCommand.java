/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import dev.keelson.process.Command;
import dev.keelson.testkit.Lane;
import dev.keelson.testkit.Procs;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** How to start a JVM under a limit, and where its classes are. */
final class LimitedCommand {

  private LimitedCommand() {}

  static List<String> words(List<String> wrapper, String temporary, Class<?> main)
      throws URISyntaxException {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Lane.jvmOptions());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:ActiveProcessorCount=2",
            "-XX:-UseDynamicNumberOfCompilerThreads",
            "-Xmx64m",
            "-Xlog:disable", // it would tell of each thread that cannot be had
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            String.join(File.pathSeparator, classPath()),
            main.getName()));
    return command;
  }

  /** All that it needs. */
  static List<String> classPath() throws URISyntaxException {
    List<String> entries = new ArrayList<>();
    for (Class<?> one : List.of(Command.class, Procs.class, LimitedCommand.class)) {
      entries.add(root(one).toString());
    }
    return entries;
  }

  private static Path root(Class<?> one) throws URISyntaxException {
    return Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** Has the classes beside this one looked for, so that nobody need look for them later. */
  static void loadAll(Class<?> one) throws Exception {
    Path root = root(one);
    List<String> names;
    if (Files.isDirectory(root)) {
      try (Stream<Path> files = Files.walk(root)) {
        names = files.map(file -> root.relativize(file).toString()).toList();
      }
    } else {
      try (JarFile jar = new JarFile(root.toFile())) {
        names = jar.stream().map(entry -> entry.getName()).toList();
      }
    }
    for (String name : names) {
      if (name.endsWith(".class") && name.startsWith("dev/")) {
        try {
          var unused =
              Class.forName(
                  name.substring(0, name.length() - ".class".length()).replace('/', '.'),
                  false,
                  LimitedCommand.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError optional) {
          // it needs what is not on this class path, and so nobody here needs it
        }
      }
    }
  }
}
