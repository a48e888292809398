/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import dev.keelson.testkit.internal.heap.References.Edge;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.annotation.Nullable;

/**
 * Tells a path in the words of the program: what a collection is made of is left out, and its key
 * or index told instead. For one thread.
 */
final class PathText {

  /** By what a set or a view keeps the collection that does its work. */
  private static final Set<String> DELEGATES =
      Set.of("map", "m", "al", "q", "c", "list", "coll", "backing", "ss", "sm", "nm", "deque");

  private final HeapDump dump;
  private final References references;
  private final Naming naming;

  PathText(HeapDump dump, References references) {
    this.dump = dump;
    this.references = references;
    naming = new Naming(dump);
  }

  /** Its lines, the root's first. */
  List<Step> steps(PathSearch.Path path) {
    List<Integer> objects = path.ordinals();
    List<Step> steps = new ArrayList<>();
    int at = begin(path, steps);
    while (at < objects.size() - 1) {
      at = step(objects, at, steps);
    }
    steps.add(new Step(naming.type(objects.get(objects.size() - 1)), "", false));
    return steps;
  }

  /** Tells the root; returns the number of the object that holds next. */
  private int begin(PathSearch.Path path, List<Step> steps) {
    HeapRoot root = path.root();
    int thread = dump.thread(root.thread());
    String of = root.thread() == 0 ? "" : " of " + naming.thread(thread);
    switch (root.kind()) {
      case CLASS -> {
        return 0; // its static field is a step like others
      }
      case THREAD -> {
        steps.add(new Step("running " + naming.thread(thread), "", false));
        return 0;
      }
      case JAVA_FRAME, JNI_LOCAL -> {
        StackFrame frame = frame(root);
        boolean users = frame != null && Naming.isOfTheUser(frame.type());
        String what = frame == null ? "" : " in " + frame;
        steps.add(new Step("local variable", what + of, users));
      }
      case JNI_GLOBAL -> steps.add(new Step("global reference of native code", "", false));
      case MONITOR -> steps.add(new Step("monitor that is held" + of, "", false));
      case NATIVE_STACK, THREAD_BLOCK -> steps.add(new Step("native stack" + of, "", false));
      case UNKNOWN -> steps.add(new Step("root of the JVM's own", "", false));
    }
    return 0;
  }

  private @Nullable StackFrame frame(HeapRoot root) {
    List<StackFrame> stack = dump.stack(root.thread());
    return root.frame() >= 0 && root.frame() < stack.size() ? stack.get(root.frame()) : null;
  }

  /** Tells what holds at that place; returns the number of the object that holds next. */
  private int step(List<Integer> objects, int at, List<Step> steps) {
    int holder = objects.get(at);
    Edge edge = edge(objects, at);
    String type = dump.typeName(holder);
    if (edge.kind() == Edge.Kind.STATIC) {
      String name = edge.name();
      steps.add(
          new Step(
              "static field", " " + edge.owner() + "." + name, Naming.isOfTheUser(edge.owner())));
      return at + 1;
    }
    if (edge.kind() == Edge.Kind.FIELD && edge.owner().equals("java.lang.Thread")) {
      int end = skip(objects, at + 1, "java.lang.ThreadLocal$");
      if (end > at + 1) {
        steps.add(new Step(naming.thread(holder), ": " + threadLocal(objects, at, end), true));
        return end;
      }
    }
    if (isCollection(type)) {
      return collection(objects, at, steps);
    }
    boolean users = Naming.isOfTheUser(type);
    String holderText = dump.isClass(holder) ? naming.value(holder) : naming.type(holder);
    String part =
        switch (edge.kind()) {
          case ELEMENT -> "[" + edge.index() + "]";
          case FIELD -> Naming.field(type, edge.name());
          case CLASS -> ": its class";
          case LOADER -> ": its class loader";
          case SUPERCLASS -> ": its superclass";
          case STATIC -> throw new AssertionError();
        };
    steps.add(new Step(holderText, part, users));
    return at + 1;
  }

  private Edge edge(List<Integer> objects, int at) {
    Edge edge = references.between(objects.get(at), objects.get(at + 1));
    return edge != null ? edge : new Edge(Edge.Kind.FIELD, "", "?", -1);
  }

  private int skip(List<Integer> objects, int from, String prefix) {
    int at = from;
    while (at < objects.size() - 1 && dump.typeName(objects.get(at)).startsWith(prefix)) {
      at++;
    }
    return at;
  }

  private String threadLocal(List<Integer> objects, int at, int end) {
    int entry = objects.get(end - 1);
    int local = dump.index().find(dump.field(entry, "referent"));
    boolean inheritable = edge(objects, at).name().startsWith("inheritable");
    String what = inheritable ? "inheritable thread local" : "thread local";
    return "value of " + (local < 0 ? "a collected " + what : "a " + what + describe(local));
  }

  private String describe(int local) {
    String type = dump.typeName(local);
    return Naming.isOfTheJdk(type) ? "" : " (" + type + ")";
  }

  // Collections

  private static boolean isCollection(String type) {
    return type.startsWith("java.util.") && !isPart(type) && !type.endsWith("[]");
  }

  /** Nodes and entries, but not the views and wrappers that are nested classes too. */
  private static boolean isPart(String type) {
    int nested = type.indexOf('$');
    if (nested < 0 || !type.startsWith("java.util.")) {
      return false;
    }
    String name = type.substring(nested + 1);
    return name.contains("Node")
        || name.contains("Entry")
        || name.contains("Segment")
        || name.contains("Bin")
        || name.equals("Index")
        || name.equals("Itr");
  }

  private boolean isInside(List<Integer> objects, int at) {
    String type = dump.typeName(objects.get(at));
    if (isPart(type)) {
      return true;
    }
    if (type.endsWith("[]")) {
      String element = type.substring(0, type.indexOf('['));
      return element.equals("java.lang.Object") || isPart(element);
    }
    Edge in = edge(objects, at - 1);
    return isCollection(type) && in.kind() == Edge.Kind.FIELD && DELEGATES.contains(in.name());
  }

  private int collection(List<Integer> objects, int at, List<Step> steps) {
    int end = at + 1;
    while (end < objects.size() - 1 && isInside(objects, end)) {
      end++;
    }
    Edge last = edge(objects, end - 1);
    int holder = objects.get(end - 1);
    String part;
    if (end == at + 1) {
      part = Naming.field(dump.typeName(holder), last.name());
    } else if (last.kind() == Edge.Kind.ELEMENT) {
      part = isIndexed(dump.typeName(objects.get(at))) ? "[" + last.index() + "]" : ": an element";
    } else if (last.name().equals("value") || last.name().equals("val")) {
      int key = dump.index().find(keyOf(holder));
      part = "[" + naming.value(key) + "]";
    } else if (last.name().equals("key") || last.name().equals("referent")) {
      part = isMap(dump.typeName(objects.get(at))) ? ": a key" : ": an element";
    } else {
      part = ": an element";
    }
    steps.add(new Step(naming.type(objects.get(at)), part, false));
    return end;
  }

  private long keyOf(int node) {
    long key = dump.field(node, "key");
    return key != 0 ? key : dump.field(node, "referent");
  }

  private static boolean isIndexed(String type) {
    return type.endsWith("List")
        || type.endsWith("Vector")
        || type.endsWith("Stack")
        || type.contains("ImmutableCollections$List");
  }

  private static boolean isMap(String type) {
    return type.endsWith("Map") || type.endsWith("table");
  }
}
