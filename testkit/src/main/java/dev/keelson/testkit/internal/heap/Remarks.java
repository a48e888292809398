/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

/** Mistakes that have a name, found in a path. */
final class Remarks {

  private final HeapDump dump;
  private final References references;

  Remarks(HeapDump dump, References references) {
    this.dump = dump;
    this.references = references;
  }

  /** A sentence about a path; empty if there is nothing special about it. */
  String on(PathSearch.Path path) {
    int target = path.ordinals().get(path.ordinals().size() - 1);
    long id = dump.index().id(target);
    for (int object : path.ordinals()) {
      String type = dump.typeName(object);
      boolean plain = type.startsWith("java.lang.ref."); // the path goes by its referent
      if (object == target || plain || !references.refersTo(object, id)) {
        continue;
      }
      if (type.startsWith("java.util.WeakHashMap")) {
        return "It is a key of a WeakHashMap whose own value refers back to it: the value keeps the"
            + " key, and the entry never goes.";
      }
      if (type.startsWith("java.lang.ThreadLocal")) {
        return "It is a thread local whose own value refers back to it.";
      }
      return "It is held by its own cleanup action: the action captures what it is to clean up"
          + " after, so the object never becomes unreachable and the action never runs.";
    }
    for (int object : path.ordinals()) {
      if (dump.typeName(object).startsWith("java.lang.ThreadLocal$ThreadLocalMap")) {
        return "A thread that lives on, as a pool's does, keeps its thread locals: remove() the"
            + " value when the work is done.";
      }
    }
    return "";
  }
}
