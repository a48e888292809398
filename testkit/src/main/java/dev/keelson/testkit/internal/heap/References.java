/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;

/** What refers to what in a dump, up to a given strength. For one thread. */
final class References {

  /** Is told of each reference that an object holds to one that is in the dump. */
  interface Visitor {
    /**
     * Returns whether to go on.
     *
     * @param which the number of the reference in its object, for {@link #edge}
     */
    boolean reference(int which, int target);
  }

  /**
   * How an object refers to another.
   *
   * @param kind what sort of reference it is
   * @param owner the class that declares the field; empty for elements
   * @param name the field's name; empty for elements
   * @param index the element's index; -1 for fields
   */
  record Edge(Kind kind, String owner, String name, int index) {

    /** Sorts of references. */
    enum Kind {
      STATIC,
      FIELD,
      ELEMENT,
      CLASS,
      LOADER,
      SUPERCLASS
    }
  }

  /** Where the references of a class's instances are. */
  private static final class Layout {
    final int type;
    final long[] offsets;
    final Edge[] edges;

    Layout(int type, long[] offsets, Edge[] edges) {
      this.type = type;
      this.offsets = offsets;
      this.edges = edges;
    }
  }

  private static final Edge TO_CLASS = new Edge(Edge.Kind.CLASS, "", "class", -1);
  private static final Edge TO_LOADER = new Edge(Edge.Kind.LOADER, "", "class loader", -1);
  private static final Edge TO_SUPER = new Edge(Edge.Kind.SUPERCLASS, "", "superclass", -1);

  private static final String REFERENCE = "java.lang.ref.Reference";

  private final HeapDump dump;
  private final Strength strength;
  private final Map<Long, Layout> layouts = new HashMap<>();

  /** The class that was asked for last: most often it is asked for again. */
  private long lastType;

  private @Nullable Layout lastLayout;

  References(HeapDump dump, Strength strength) {
    this.dump = dump;
    this.strength = strength;
  }

  /** The edge from one object to another; null if there is none. */
  @Nullable
  Edge between(int from, int to) {
    int[] found = {-1};
    visit(
        from,
        (which, target) -> {
          if (target == to) {
            found[0] = which;
          }
          return target != to;
        });
    return found[0] < 0 ? null : edge(from, found[0]);
  }

  /** What a number means that was told to a visitor. */
  private Edge edge(int ordinal, int which) {
    HeapClass type = dump.classOf(ordinal);
    if (type == null || dump.isObjectArray(ordinal)) {
      return new Edge(Edge.Kind.ELEMENT, "", "", which);
    }
    if (dump.isClass(ordinal)) {
      int statics = type.statics().size();
      return which < statics
          ? new Edge(Edge.Kind.STATIC, type.name(), type.statics().get(which).name(), -1)
          : which == statics ? TO_LOADER : TO_SUPER;
    }
    Edge[] edges = layout(type).edges;
    return which < edges.length ? edges[which] : TO_CLASS;
  }

  /** Tells of each reference that is strong enough. */
  void visit(int ordinal, Visitor visitor) {
    if (dump.isInstance(ordinal)) {
      visitInstance(ordinal, visitor);
    } else if (dump.isObjectArray(ordinal)) {
      int length = dump.length(ordinal);
      for (int i = 0; i < length; i++) {
        if (!tell(visitor, i, dump.element(ordinal, i))) {
          return;
        }
      }
    } else if (dump.isClass(ordinal)) {
      visitClass(dump.classOf(ordinal), visitor);
    }
  }

  /** Returns whether to go on. */
  private boolean tell(Visitor visitor, int which, long target) {
    int to = dump.index().find(target);
    return to < 0 || visitor.reference(which, to);
  }

  private void visitClass(@Nullable HeapClass type, Visitor visitor) {
    if (type == null) {
      return;
    }
    int which = 0;
    for (HeapClass.Static field : type.statics()) {
      boolean followed =
          strength != Strength.STRONG || !field.name().equals(HeapClass.RESOLVED_REFERENCES);
      if (followed && !tell(visitor, which, field.value())) {
        return;
      }
      which++;
    }
    if (tell(visitor, which, type.loaderId())) {
      tell(visitor, which + 1, type.superId());
    }
  }

  private void visitInstance(int ordinal, Visitor visitor) {
    long type = dump.typeOf(ordinal);
    Layout layout = type == lastType ? lastLayout : layoutOf(type);
    if (layout == null) {
      return;
    }
    long values = dump.values(ordinal);
    for (int i = 0; i < layout.offsets.length; i++) {
      if (!tell(visitor, i, dump.reference(values + layout.offsets[i]))) {
        return;
      }
    }
    if (layout.type >= 0) {
      visitor.reference(layout.offsets.length, layout.type);
    }
  }

  private @Nullable Layout layoutOf(long type) {
    HeapClass found = dump.classes().get(type);
    lastLayout = found == null ? null : layout(found);
    lastType = type;
    return lastLayout;
  }

  private Layout layout(HeapClass type) {
    return layouts.computeIfAbsent(type.id(), id -> laidOut(type));
  }

  private Layout laidOut(HeapClass type) {
    List<Long> offsets = new ArrayList<>();
    List<Edge> edges = new ArrayList<>();
    long offset = 0;
    for (HeapClass at = type; at != null; at = dump.classes().get(at.superId())) {
      for (HeapClass.Field field : at.fields()) {
        if (HeapClass.isReference(field.type()) && isFollowed(type, at, field.name())) {
          offsets.add(offset);
          edges.add(new Edge(Edge.Kind.FIELD, at.name(), field.name(), -1));
        }
        offset += HeapClass.size(field.type(), dump.idSize());
      }
    }
    return new Layout(
        dump.index().find(type.id()),
        offsets.stream().mapToLong(Long::longValue).toArray(),
        edges.toArray(Edge[]::new));
  }

  /** The collector does not follow a reference's referent, nor the list by which it finds it. */
  private boolean isFollowed(HeapClass type, HeapClass declaring, String field) {
    if (!declaring.name().equals(REFERENCE)) {
      return true;
    }
    if (field.equals("discovered")) {
      return false;
    }
    if (!field.equals("referent")) {
      return true;
    }
    if (isA(type, "java.lang.ref.SoftReference")) {
      return strength.compareTo(Strength.SOFT) >= 0;
    }
    return isA(type, "java.lang.ref.FinalReference") && strength == Strength.FINAL;
  }

  /** Whether a class is of that name, or inherits from one of that name. */
  boolean isA(HeapClass type, String name) {
    for (HeapClass at = type; at != null; at = dump.classes().get(at.superId())) {
      if (at.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether an object is a reference of any kind, whose referent is that. */
  boolean refersTo(int ordinal, long referent) {
    HeapClass type = dump.isInstance(ordinal) ? dump.classOf(ordinal) : null;
    return type != null && isA(type, REFERENCE) && dump.field(ordinal, "referent") == referent;
  }

  /**
   * Whether a class stays for as long as the JVM: it was loaded by one of the three loaders that
   * do.
   */
  boolean isForEver(HeapClass type) {
    if (type.loaderId() == 0) {
      return true;
    }
    int loader = dump.index().find(type.loaderId());
    return loader >= 0 && dump.typeName(loader).startsWith("jdk.internal.loader.ClassLoaders$");
  }
}
