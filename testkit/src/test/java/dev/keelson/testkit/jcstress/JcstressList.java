/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.jcstress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * Which tests must run. The list that the annotation processor wrote is compared with the classes
 * that carry the annotation, because a processor that did not run leaves no list and no warning.
 */
final class JcstressList {

  /** jcstress drops a test with more actors than CPUs, and the house builds on two. */
  static final int CPUS = 2;

  private static final String ANNOTATION = "Lorg/openjdk/jcstress/annotations/JCStressTest;";

  private JcstressList() {}

  static boolean isCanary(String test) {
    return test.endsWith("Canary");
  }

  /** The tests whose name the filter finds, and every canary. */
  static Collection<String> matching(String filter) {
    Predicate<String> wanted = Pattern.compile(filter).asPredicate();
    if (TestList.tests().stream().noneMatch(wanted)) {
      throw new IllegalArgumentException("no jcstress test has a name that is found by " + filter);
    }
    Collection<String> found = new TreeSet<>(TestList.tests());
    found.removeIf(test -> !isCanary(test) && !wanted.test(test));
    return found;
  }

  /** What is wrong with the list itself; empty where all is well. */
  static List<String> faults() {
    URL list = JcstressList.class.getResource(TestList.LIST);
    if (list == null) {
      return List.of("There is no test list: the annotation processor of jcstress did not run.");
    }
    List<String> faults = new ArrayList<>();
    Collection<String> listed = new TreeSet<>();
    for (String test : TestList.tests()) {
      TestInfo info = TestList.getInfo(test);
      listed.add(info.binaryName());
      if (info.threads() > CPUS) {
        faults.add(test + " has " + info.threads() + " actors, the gate has " + CPUS + " CPUs.");
      }
    }
    for (String test : annotated(Path.of(URI.create(list.toString())).getParent().getParent())) {
      if (!listed.contains(test)) {
        faults.add(test + " is not in the test list: build the module from scratch.");
      }
    }
    return faults;
  }

  private static Collection<String> annotated(Path classes) {
    Collection<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = classes.relativize(file).toString();
        if (name.endsWith(".class") && isTest(file)) {
          found.add(name.substring(0, name.length() - ".class".length()).replace('/', '.'));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found.remove(JcstressList.class.getName()); // names the annotation, does not carry it
    return found;
  }

  private static boolean isTest(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(ANNOTATION);
  }
}
