/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples.snippets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Holds the tests of this package to the snippets: each method that can be called is called by one
 * of them, as their class files tell.
 */
@Timeout(60)
class SnippetsAreCalledTest {

  @Test
  void shouldCallEveryMethodOfEverySnippet() throws Exception {
    Set<String> missing = new TreeSet<>();
    Set<String> called = called();
    int methods = 0;
    for (Path file : classFiles(ReadmeSnippets.class)) {
      Class<?> type = loaded(file);
      if (!isSnippet(type)) {
        continue;
      }
      for (String each : callable(type)) {
        methods++;
        if (!called.contains(each)) {
          missing.add(each);
        }
      }
    }
    assertEquals(Set.of(), missing, "nobody calls these");
    assertTrue(methods > 40, methods + " methods were found");
  }

  /** Interfaces are for the tests to implement. */
  private static boolean isSnippet(Class<?> type) {
    return type.getNestHost().getSimpleName().endsWith("Snippets")
        && !type.isInterface()
        && !type.isAnonymousClass();
  }

  private static List<String> callable(Class<?> type) {
    String owner = type.getName().replace('.', '/');
    Stream<String> nested = type.getNestHost() == type ? Stream.of() : Stream.of(owner);
    return Stream.concat(
            nested,
            Arrays.stream(type.getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .filter(method -> !Modifier.isPrivate(method.getModifiers()))
                .filter(method -> !method.isAnnotationPresent(Test.class)) // JUnit calls it
                .map(method -> owner + "." + method.getName() + descriptor(method)))
        .toList();
  }

  private static String descriptor(Method method) {
    return MethodType.methodType(method.getReturnType(), method.getParameterTypes())
        .toMethodDescriptorString();
  }

  /** The classes and methods that the class files of the tests name. */
  private static Set<String> called() throws IOException {
    Set<String> called = new TreeSet<>();
    for (Path file : classFiles(SnippetsAreCalledTest.class)) {
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
        collect(in, called);
      }
    }
    return called;
  }

  /** Reads the constant pool: JVMS 4.4. */
  private static void collect(DataInputStream in, Set<String> called) throws IOException {
    in.readInt(); // magic
    in.readInt(); // version
    int count = in.readUnsignedShort();
    int[] tags = new int[count];
    int[][] refers = new int[count][];
    String[] texts = new String[count];
    for (int i = 1; i < count; i++) {
      tags[i] = in.readUnsignedByte();
      switch (tags[i]) {
        case 1 -> texts[i] = in.readUTF();
        case 3, 4 -> in.readInt();
        case 5, 6 -> { // takes two places
          in.readLong();
          i++;
        }
        case 7, 8, 16, 19, 20 -> refers[i] = new int[] {in.readUnsignedShort()};
        case 15 -> refers[i] = new int[] {in.readUnsignedByte(), in.readUnsignedShort()};
        default -> refers[i] = new int[] {in.readUnsignedShort(), in.readUnsignedShort()};
      }
    }
    for (int i = 1; i < count; i++) {
      if (tags[i] == 7) {
        called.add(texts[refers[i][0]]);
      } else if (tags[i] == 10) {
        int[] name = refers[refers[i][1]];
        called.add(texts[refers[refers[i][0]][0]] + "." + texts[name[0]] + texts[name[1]]);
      }
    }
  }

  private static List<Path> classFiles(Class<?> neighbour) throws IOException {
    try (Stream<Path> files = Files.list(directory(neighbour))) {
      return files.filter(file -> file.toString().endsWith(".class")).sorted().toList();
    }
  }

  private static Path directory(Class<?> type) throws IOException {
    try {
      Path root = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      return root.resolve(type.getPackageName().replace('.', '/'));
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private static Class<?> loaded(Path file) {
    String name = file.getFileName().toString().replaceFirst("\\.class$", "");
    try {
      return Class.forName(ReadmeSnippets.class.getPackageName() + "." + name);
    } catch (ClassNotFoundException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
