/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import java.util.List;

/**
 * A class of a dump.
 *
 * @param id its identifier, which is that of its {@code java.lang.Class} object
 * @param name as {@link Class#getName} gives it, except that arrays read {@code int[]}
 * @param superId its superclass, or zero
 * @param loaderId its class loader, or zero for the bootstrap loader
 * @param statics its static fields of reference types
 * @param fields what it declares, in the order in which an instance holds them
 */
record HeapClass(
    long id, String name, long superId, long loaderId, List<Static> statics, List<Field> fields) {

  /** A static field and what it refers to. */
  record Static(String name, long value) {}

  /** An instance field; the type as HPROF numbers it. */
  record Field(String name, int type) {}

  /** What the JDK lets a class keep for its call sites; true, and never what a user looks for. */
  static final String RESOLVED_REFERENCES = "<resolved_references>";

  private static final int OBJECT = 2;

  static boolean isReference(int type) {
    return type == OBJECT;
  }

  /** The bytes that a value takes in a dump. */
  static int size(int type, int idSize) {
    return switch (type) {
      case OBJECT -> idSize;
      case 4, 8 -> 1;
      case 5, 9 -> 2;
      case 6, 10 -> 4;
      case 7, 11 -> 8;
      default -> throw new IllegalStateException("type " + type + " in a heap dump");
    };
  }

  static String primitiveName(int type) {
    return switch (type) {
      case 4 -> "boolean";
      case 5 -> "char";
      case 6 -> "float";
      case 7 -> "double";
      case 8 -> "byte";
      case 9 -> "short";
      case 10 -> "int";
      case 11 -> "long";
      default -> "?";
    };
  }
}
