/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;

/**
 * Goes through a dump once, as the format's description in the JDK's {@code heapDumper.cpp} has it.
 * For one thread and one use.
 */
final class DumpParser {

  private static final int STRING = 0x01;
  private static final int LOAD_CLASS = 0x02;
  private static final int FRAME = 0x04;
  private static final int TRACE = 0x05;
  private static final int HEAP_DUMP = 0x0c;
  private static final int HEAP_DUMP_SEGMENT = 0x1c;
  private static final int HEAP_DUMP_END = 0x2c;

  private static final int RECORD_HEADER = 9;

  /** As a class dump has it, before all names are known. */
  private record RawClass(
      long id, long superId, long loaderId, List<RawStatic> statics, List<RawField> fields) {}

  private record RawStatic(long name, long value) {}

  private record RawField(long name, int type) {}

  private record RawFrame(long method, long source, int classSerial, int line) {}

  private final DumpFile file;
  private final int idSize;
  private final ObjectIndex index = new ObjectIndex();
  private final Map<Long, Long> strings = new HashMap<>();
  private final Map<Long, Long> classNames = new HashMap<>();
  private final Map<Integer, Long> classSerials = new HashMap<>();
  private final Map<Long, RawFrame> frames = new HashMap<>();
  private final Map<Integer, List<Long>> traces = new HashMap<>();
  private final List<RawClass> classes = new ArrayList<>();
  private final List<HeapRoot> roots = new ArrayList<>();
  private final Map<Integer, Long> threads = new HashMap<>();
  private final Map<Integer, Integer> threadTraces = new HashMap<>();

  private DumpParser(DumpFile file) {
    this.file = file;
    idSize = file.idSize();
  }

  /**
   * Parses it.
   *
   * @throws IOException if it is cut short, or nothing that this knows
   */
  static HeapDump parse(DumpFile file) throws IOException {
    DumpParser parser = new DumpParser(file);
    try {
      parser.records();
    } catch (IndexOutOfBoundsException e) {
      throw parser.cutShort(e);
    }
    parser.index.seal();
    return parser.finish();
  }

  private void records() throws IOException {
    long at = file.start();
    boolean ended = false;
    while (at + RECORD_HEADER <= file.size()) {
      int tag = file.u1(at);
      long length = file.u4(at + 5);
      long body = at + RECORD_HEADER;
      long next = body + length;
      if (next > file.size()) {
        throw cutShort(null);
      }
      ended |= tag == HEAP_DUMP_END;
      switch (tag) {
        case STRING -> strings.put(file.id(body), at);
        case LOAD_CLASS -> {
          classSerials.put(file.s4(body), file.id(body + 4));
          classNames.put(file.id(body + 4), file.id(body + 8 + idSize));
        }
        case FRAME -> {
          long serial = body + 4L * idSize;
          frames.put(
              file.id(body),
              new RawFrame(
                  file.id(body + idSize),
                  file.id(body + 3L * idSize),
                  file.s4(serial),
                  file.s4(serial + 4)));
        }
        case TRACE -> {
          int count = file.s4(body + 8);
          List<Long> ids = new ArrayList<>(count);
          for (int i = 0; i < count; i++) {
            ids.add(file.id(body + 12 + (long) i * idSize));
          }
          traces.put(file.s4(body), ids);
        }
        case HEAP_DUMP, HEAP_DUMP_SEGMENT -> segment(body, next);
        default -> {} // times, counts and the end: nothing about objects
      }
      at = next;
    }
    if (!ended) {
      throw cutShort(null);
    }
  }

  private IOException cutShort(@Nullable Throwable cause) {
    return new IOException("the heap dump is cut short at " + file.size() + " bytes", cause);
  }

  private void segment(long from, long to) throws IOException {
    long at = from;
    while (at < to) {
      int tag = file.u1(at);
      long body = at + 1;
      at =
          switch (tag) {
            case 0xff -> root(HeapRoot.Kind.UNKNOWN, body, 0);
            case 0x01 -> root(HeapRoot.Kind.JNI_GLOBAL, body, idSize);
            case 0x02 -> frameRoot(HeapRoot.Kind.JNI_LOCAL, body);
            case 0x03 -> frameRoot(HeapRoot.Kind.JAVA_FRAME, body);
            case 0x04 -> threadRoot(HeapRoot.Kind.NATIVE_STACK, body);
            case 0x05 -> body + idSize; // a class; References knows which classes are roots
            case 0x06 -> threadRoot(HeapRoot.Kind.THREAD_BLOCK, body);
            case 0x07 -> root(HeapRoot.Kind.MONITOR, body, 0);
            case 0x08 -> thread(body);
            case 0x20 -> classDump(at, body);
            case 0x21 -> {
              index.add(file.id(body), at);
              yield body + 2L * idSize + 8 + file.u4(body + 2L * idSize + 4);
            }
            case 0x22 -> {
              index.add(file.id(body), at);
              yield body + 2L * idSize + 8 + file.u4(body + idSize + 4) * idSize;
            }
            case 0x23 -> {
              index.add(file.id(body), at);
              int type = file.u1(body + idSize + 8);
              yield body + idSize + 9 + file.u4(body + idSize + 4) * HeapClass.size(type, idSize);
            }
            default -> throw new IOException("tag " + tag + " at " + at + " of the heap dump");
          };
    }
  }

  private long root(HeapRoot.Kind kind, long body, int more) {
    roots.add(new HeapRoot(kind, file.id(body), 0, -1));
    return body + idSize + more;
  }

  private long threadRoot(HeapRoot.Kind kind, long body) {
    roots.add(new HeapRoot(kind, file.id(body), file.s4(body + idSize), -1));
    return body + idSize + 4;
  }

  private long frameRoot(HeapRoot.Kind kind, long body) {
    int thread = file.s4(body + idSize);
    roots.add(new HeapRoot(kind, file.id(body), thread, file.s4(body + idSize + 4)));
    return body + idSize + 8;
  }

  private long thread(long body) {
    int serial = file.s4(body + idSize);
    roots.add(new HeapRoot(HeapRoot.Kind.THREAD, file.id(body), serial, -1));
    threads.put(serial, file.id(body));
    threadTraces.put(serial, file.s4(body + idSize + 4));
    return body + idSize + 8;
  }

  private long classDump(long record, long body) {
    long id = file.id(body);
    long superId = file.id(body + idSize + 4);
    long loader = file.id(body + 2L * idSize + 4);
    long at = body + 7L * idSize + 8;
    int constants = file.u2(at);
    at += 2;
    for (int i = 0; i < constants; i++) {
      at += 3 + HeapClass.size(file.u1(at + 2), idSize);
    }
    int staticCount = file.u2(at);
    at += 2;
    List<RawStatic> statics = new ArrayList<>();
    for (int i = 0; i < staticCount; i++) {
      int type = file.u1(at + idSize);
      if (HeapClass.isReference(type)) {
        statics.add(new RawStatic(file.id(at), file.id(at + idSize + 1)));
      }
      at += idSize + 1 + HeapClass.size(type, idSize);
    }
    int fieldCount = file.u2(at);
    at += 2;
    List<RawField> fields = new ArrayList<>(fieldCount);
    for (int i = 0; i < fieldCount; i++) {
      fields.add(new RawField(file.id(at), file.u1(at + idSize)));
      at += idSize + 1;
    }
    classes.add(new RawClass(id, superId, loader, statics, fields));
    index.add(id, record);
    return at;
  }

  private HeapDump finish() {
    Map<Long, HeapClass> byId = new HashMap<>();
    for (RawClass raw : classes) {
      List<HeapClass.Static> statics = new ArrayList<>(raw.statics.size());
      raw.statics.forEach(s -> statics.add(new HeapClass.Static(string(s.name), s.value)));
      List<HeapClass.Field> fields = new ArrayList<>(raw.fields.size());
      raw.fields.forEach(f -> fields.add(new HeapClass.Field(string(f.name), f.type)));
      byId.put(
          raw.id,
          new HeapClass(raw.id, className(raw.id), raw.superId, raw.loaderId, statics, fields));
    }
    Map<Integer, List<StackFrame>> stacks = new HashMap<>();
    threadTraces.forEach((thread, trace) -> stacks.put(thread, stack(trace)));
    return new HeapDump(file, index, byId, List.copyOf(roots), Map.copyOf(threads), stacks);
  }

  private List<StackFrame> stack(int trace) {
    List<StackFrame> stack = new ArrayList<>();
    for (long id : traces.getOrDefault(trace, List.of())) {
      RawFrame raw = frames.get(id);
      if (raw != null) {
        long type = classSerials.getOrDefault(raw.classSerial, 0L);
        stack.add(
            new StackFrame(className(type), string(raw.method), string(raw.source), raw.line));
      }
    }
    return stack;
  }

  private String className(long id) {
    return Naming.readable(string(classNames.getOrDefault(id, 0L)).replace('/', '.'));
  }

  private String string(long id) {
    Long record = strings.get(id);
    if (record == null) {
      return "?";
    }
    int length = (int) file.u4(record + 5) - idSize;
    return file.text(record + RECORD_HEADER + idSize, length);
  }
}
