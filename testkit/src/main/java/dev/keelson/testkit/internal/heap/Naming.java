/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import java.util.List;
import javax.annotation.Nullable;

/** Names of things in a dump, for people. */
final class Naming {

  private static final List<String> JDK = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");
  private static final List<String> HARNESS = List.of("org.junit.", "org.apache.maven.");
  private static final String LAMBDA = "$$Lambda";

  private final HeapDump dump;

  Naming(HeapDump dump) {
    this.dump = dump;
  }

  /** As {@link Class#getName} gives it, except that arrays read {@code int[]}. */
  static String readable(String name) {
    int dimensions = 0;
    while (dimensions < name.length() && name.charAt(dimensions) == '[') {
      dimensions++;
    }
    if (dimensions == 0) {
      return name;
    }
    String element = name.substring(dimensions);
    int end = element.endsWith(";") ? element.length() - 1 : element.length();
    String plain =
        switch (element.isEmpty() ? ' ' : element.charAt(0)) {
          case 'L' -> element.substring(1, end);
          case 'Z' -> "boolean";
          case 'C' -> "char";
          case 'F' -> "float";
          case 'D' -> "double";
          case 'B' -> "byte";
          case 'S' -> "short";
          case 'I' -> "int";
          case 'J' -> "long";
          default -> element;
        };
    return plain + "[]".repeat(dimensions);
  }

  static boolean isOfTheJdk(String type) {
    return JDK.stream().anyMatch(type::startsWith)
        || (type.indexOf('.') < 0 && type.endsWith("[]")); // an array of primitives
  }

  /** Neither the JDK's nor that of what runs the tests. */
  static boolean isOfTheUser(String type) {
    return !isOfTheJdk(type) && HARNESS.stream().noneMatch(type::startsWith);
  }

  static boolean isLambda(String type) {
    return type.contains(LAMBDA);
  }

  /** The type of an object, a lambda as such. */
  String type(int ordinal) {
    return type(dump.typeName(ordinal));
  }

  private static String type(String name) {
    int lambda = name.indexOf(LAMBDA);
    return lambda < 0 ? name : "a lambda in " + name.substring(0, lambda);
  }

  /** A field as the one who wrote the code thinks of it. */
  static String field(String holder, String name) {
    if (isLambda(holder) && name.startsWith("arg$")) {
      return " captures argument " + name.substring("arg$".length());
    }
    if (name.startsWith("this$")) {
      return "." + name + " (an inner class's outer instance)";
    }
    if (name.startsWith("val$")) {
      return "." + name + " (the captured variable " + name.substring("val$".length()) + ")";
    }
    return "." + name;
  }

  /** What a key or such is, by its value where that can be told. */
  String value(int ordinal) {
    if (ordinal < 0) {
      return "null";
    }
    String text = dump.string(ordinal);
    if (text != null) {
      return '"' + text.replace("\n", "\\n") + '"';
    }
    String boxed = dump.boxed(ordinal);
    if (boxed != null) {
      return boxed;
    }
    if (dump.isClass(ordinal)) {
      HeapClass type = dump.classOf(ordinal);
      return type == null ? "a class" : type.name() + ".class";
    }
    String constant = enumConstant(ordinal);
    return constant != null ? constant : "a " + simple(type(ordinal));
  }

  private @Nullable String enumConstant(int ordinal) {
    if (!dump.isInstance(ordinal)) {
      return null;
    }
    HeapClass type = dump.classOf(ordinal);
    while (type != null && !type.name().equals("java.lang.Enum")) {
      type = dump.classes().get(type.superId());
    }
    return type == null ? null : dump.string(dump.index().find(dump.field(ordinal, "name")));
  }

  private static String simple(String type) {
    return type.substring(type.lastIndexOf('.') + 1);
  }

  /** The name of a thread in quotes. */
  String thread(int ordinal) {
    String name = ordinal < 0 ? null : dump.string(dump.index().find(dump.field(ordinal, "name")));
    return name == null ? "a thread" : "thread \"" + name + '"';
  }
}
