/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;

/** A parsed dump: objects by ordinal, and what is in them. Safe for use by multiple threads. */
final class HeapDump {

  private static final int INSTANCE = 0x21;
  private static final int OBJECT_ARRAY = 0x22;
  private static final int CLASS = 0x20;
  private static final int LONGEST_STRING = 60;

  private final DumpFile file;
  private final ObjectIndex index;
  private final Map<Long, HeapClass> classes;
  private final List<HeapRoot> roots;
  private final Map<Integer, Long> threads;
  private final Map<Integer, List<StackFrame>> stacks;
  private final int idSize;

  HeapDump(
      DumpFile file,
      ObjectIndex index,
      Map<Long, HeapClass> classes,
      List<HeapRoot> roots,
      Map<Integer, Long> threads,
      Map<Integer, List<StackFrame>> stacks) {
    this.file = file;
    this.index = index;
    this.classes = classes;
    this.roots = roots;
    this.threads = threads;
    this.stacks = stacks;
    idSize = file.idSize();
  }

  int idSize() {
    return idSize;
  }

  ObjectIndex index() {
    return index;
  }

  Map<Long, HeapClass> classes() {
    return classes;
  }

  List<HeapRoot> roots() {
    return roots;
  }

  /** The thread of a serial number; {@link ObjectIndex#NONE} if it is not known. */
  int thread(int serial) {
    return index.find(threads.getOrDefault(serial, 0L));
  }

  /** The innermost frame first; empty if none are known. */
  List<StackFrame> stack(int threadSerial) {
    return stacks.getOrDefault(threadSerial, List.of());
  }

  private int tag(int ordinal) {
    return file.u1(index.position(ordinal));
  }

  boolean isClass(int ordinal) {
    return tag(ordinal) == CLASS;
  }

  boolean isInstance(int ordinal) {
    return tag(ordinal) == INSTANCE;
  }

  boolean isObjectArray(int ordinal) {
    return tag(ordinal) == OBJECT_ARRAY;
  }

  /** Its class; null for arrays of primitives and where the dump lacks it. */
  @Nullable
  HeapClass classOf(int ordinal) {
    long body = index.position(ordinal) + 1;
    return switch (tag(ordinal)) {
      case INSTANCE -> classes.get(file.id(body + idSize + 4));
      case OBJECT_ARRAY -> classes.get(file.id(body + idSize + 8));
      case CLASS -> classes.get(file.id(body));
      default -> null;
    };
  }

  /** The identifier of an instance's class. */
  long typeOf(int instance) {
    return file.id(index.position(instance) + 1 + idSize + 4);
  }

  String typeName(int ordinal) {
    HeapClass type = classOf(ordinal);
    if (type != null) {
      return isClass(ordinal) ? "java.lang.Class" : type.name();
    }
    return HeapClass.primitiveName(file.u1(index.position(ordinal) + 1 + idSize + 8)) + "[]";
  }

  /** Where the values of an instance begin. */
  long values(int ordinal) {
    return index.position(ordinal) + 1 + 2L * idSize + 8;
  }

  int length(int array) {
    return file.s4(index.position(array) + 1 + idSize + 4);
  }

  /** An element of an array of objects. */
  long element(int array, int i) {
    return file.id(values(array) + (long) i * idSize);
  }

  long reference(long at) {
    return file.id(at);
  }

  /** About the bytes it takes in the heap: as if all pointers had four bytes. */
  long shallowSize(int ordinal) {
    long body = index.position(ordinal) + 1;
    return switch (tag(ordinal)) {
      case INSTANCE -> 12 + file.u4(body + 2L * idSize + 4);
      case OBJECT_ARRAY -> 16 + 4L * length(ordinal);
      case CLASS -> 112;
      default -> 16 + (long) length(ordinal) * HeapClass.size(file.u1(body + idSize + 8), idSize);
    };
  }

  /** What a field of an instance refers to, or zero; the class that declares it is the nearest. */
  long field(int instance, String name) {
    long at = fieldAt(instance, name);
    return at < 0 ? 0 : file.id(at);
  }

  /** The value of a field of type long. */
  long number(int instance, String name) {
    return file.s8(fieldAt(instance, name));
  }

  private long fieldAt(int instance, String name) {
    long at = values(instance);
    for (HeapClass type = classOf(instance); type != null; type = classes.get(type.superId())) {
      for (HeapClass.Field field : type.fields()) {
        if (field.name().equals(name)) {
          return at;
        }
        at += HeapClass.size(field.type(), idSize);
      }
    }
    return -1;
  }

  /** The text of a string, shortened; null if it is none. */
  @Nullable
  String string(int ordinal) {
    if (ordinal < 0 || !isInstance(ordinal) || !typeName(ordinal).equals("java.lang.String")) {
      return null;
    }
    int value = index.find(field(ordinal, "value"));
    long coder = fieldAt(ordinal, "coder");
    if (value < 0 || coder < 0) {
      return null;
    }
    boolean wide = file.u1(coder) != 0;
    int bytes = Math.min(length(value), LONGEST_STRING * (wide ? 2 : 1));
    byte[] content = file.bytes(index.position(value) + 1 + idSize + 9, bytes);
    String text = new String(content, wide ? nativeUtf16() : StandardCharsets.ISO_8859_1);
    return bytes < length(value) ? text + "..." : text;
  }

  private static Charset nativeUtf16() {
    boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    return little ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
  }

  /** The number in a box as text; null if it is none. */
  @Nullable
  String boxed(int ordinal) {
    if (ordinal < 0 || !isInstance(ordinal)) {
      return null;
    }
    long at = fieldAt(ordinal, "value");
    return switch (typeName(ordinal)) {
      case "java.lang.Integer" -> Integer.toString(file.s4(at));
      case "java.lang.Long" -> Long.toString(file.s8(at));
      case "java.lang.Short" -> Short.toString((short) file.u2(at));
      case "java.lang.Byte" -> Byte.toString((byte) file.u1(at));
      case "java.lang.Character" -> "'" + (char) file.u2(at) + "'";
      case "java.lang.Boolean" -> Boolean.toString(file.u1(at) != 0);
      default -> null;
    };
  }
}
