/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.annotation.Nullable;

/**
 * Looks for the owner in what a state holds: in its fields, as far as they can be read without
 * opening anything, in arrays, and in the JDK's common containers.
 */
final class Holdings {

  /** How many elements of an array or container are looked at. */
  private static final int ELEMENTS = 1_000;

  private static final Field[] NONE = {};

  /** What is looked into by its public methods: nothing in here calls code of a user's. */
  static final Set<String> CONTAINERS =
      Set.of(
          "java.util.ArrayList",
          "java.util.LinkedList",
          "java.util.ArrayDeque",
          "java.util.PriorityQueue",
          "java.util.Vector",
          "java.util.Stack",
          "java.util.Arrays$ArrayList",
          "java.util.HashSet",
          "java.util.LinkedHashSet",
          "java.util.TreeSet",
          "java.util.ImmutableCollections$List12",
          "java.util.ImmutableCollections$ListN",
          "java.util.ImmutableCollections$Set12",
          "java.util.ImmutableCollections$SetN",
          "java.util.ImmutableCollections$Map1",
          "java.util.ImmutableCollections$MapN",
          "java.util.Collections$SingletonList",
          "java.util.Collections$SingletonSet",
          "java.util.Collections$SingletonMap",
          "java.util.HashMap",
          "java.util.LinkedHashMap",
          "java.util.TreeMap",
          "java.util.EnumMap",
          "java.util.IdentityHashMap",
          "java.util.Hashtable",
          "java.util.concurrent.ConcurrentHashMap",
          "java.util.concurrent.ConcurrentHashMap$KeySetView",
          "java.util.concurrent.ConcurrentSkipListMap",
          "java.util.concurrent.ConcurrentSkipListSet",
          "java.util.concurrent.ConcurrentLinkedQueue",
          "java.util.concurrent.ConcurrentLinkedDeque",
          "java.util.concurrent.ArrayBlockingQueue",
          "java.util.concurrent.LinkedBlockingQueue",
          "java.util.concurrent.LinkedBlockingDeque",
          "java.util.concurrent.LinkedTransferQueue",
          "java.util.concurrent.PriorityBlockingQueue",
          "java.util.concurrent.DelayQueue",
          "java.util.concurrent.CopyOnWriteArrayList",
          "java.util.concurrent.CopyOnWriteArraySet",
          "java.util.concurrent.atomic.AtomicReference",
          "java.util.concurrent.atomic.AtomicReferenceArray",
          "java.util.AbstractMap$SimpleEntry",
          "java.util.AbstractMap$SimpleImmutableEntry",
          "java.util.KeyValueHolder",
          "java.util.Optional");

  /** The fields of a class that hold references and can be read. */
  private static final ClassValue<Field[]> READABLE =
      new ClassValue<>() {
        @Override
        protected Field[] computeValue(Class<?> type) {
          return readable(type);
        }
      };

  private Holdings() {}

  /** Whether a state of that class can be told from its class not to show an owner of that. */
  static boolean isHarmless(Class<?> state, Class<?> owner) {
    if (state.isArray()) {
      return state.getComponentType().isPrimitive();
    }
    if (CONTAINERS.contains(state.getName())) {
      return false;
    }
    for (Field field : READABLE.get(state)) {
      if (field.getType().isAssignableFrom(owner)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The way from {@code state} to {@code owner}; null if none was found.
   *
   * @param objects how many objects are looked into: 1 looks into the state alone
   */
  static @Nullable String find(Object state, Object owner, int objects) {
    IdentityHashMap<Object, String> ways = new IdentityHashMap<>();
    Deque<Object> toDo = new ArrayDeque<>(List.of(state));
    ways.put(state, "");
    for (int i = 0; i < objects && !toDo.isEmpty(); i++) {
      Object holder = toDo.removeFirst();
      String way = ways.get(holder);
      for (Held held : held(holder)) {
        if (held.object == owner) {
          return way + held.step;
        }
        if (objects > 1 && ways.putIfAbsent(held.object, way + held.step) == null) {
          toDo.addLast(held.object);
        }
      }
    }
    return null;
  }

  /** Something held, and by what step it is reached. */
  private record Held(String step, Object object) {}

  private static List<Held> held(Object holder) {
    List<Held> held = new ArrayList<>();
    if (holder instanceof Object[] array) {
      add(held, Arrays.asList(array));
    } else if (CONTAINERS.contains(holder.getClass().getName())) {
      try {
        addContained(held, holder);
      } catch (RuntimeException changedMeanwhile) {
        // By another thread: what was seen so far is looked at.
      }
    } else if (!(holder instanceof Reference)) {
      for (Field field : READABLE.get(holder.getClass())) {
        add(held, "." + field.getName(), read(field, holder));
      }
    }
    return held;
  }

  private static void addContained(List<Held> held, Object container) {
    if (container instanceof Collection<?> collection) {
      add(held, collection);
    } else if (container instanceof Map<?, ?> map) {
      addAll(held, map);
    } else if (container instanceof Map.Entry<?, ?> entry) {
      add(held, ".key", entry.getKey());
      add(held, ".value", entry.getValue());
    } else if (container instanceof Optional<?> optional) {
      add(held, ".value", optional.orElse(null));
    } else if (container instanceof AtomicReference<?> reference) {
      add(held, ".value", reference.get());
    } else if (container instanceof AtomicReferenceArray<?> array) {
      for (int i = 0; i < Math.min(array.length(), ELEMENTS); i++) {
        add(held, "[" + i + "]", array.get(i));
      }
    }
  }

  private static void add(List<Held> held, Collection<?> elements) {
    int index = 0;
    for (Object element : elements) {
      if (index == ELEMENTS) {
        return;
      }
      add(held, "[" + index++ + "]", element);
    }
  }

  private static void addAll(List<Held> held, Map<?, ?> map) {
    int left = ELEMENTS;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (left-- == 0) {
        return;
      }
      add(held, "{key}", entry.getKey());
      add(held, "{value}", entry.getValue());
    }
  }

  private static void add(List<Held> held, String step, @Nullable Object object) {
    if (object != null) {
      held.add(new Held(step, object));
    }
  }

  private static @Nullable Object read(Field field, Object holder) {
    try {
      return field.get(holder);
    } catch (IllegalAccessException e) {
      return null; // closed again since the class was looked at
    }
  }

  private static Field[] readable(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
      try {
        for (Field field : at.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers())
              && !field.getType().isPrimitive()
              && isReadable(field)) {
            fields.add(field);
          }
        }
      } catch (LinkageError e) {
        return NONE; // a field of a class that is not there: it cannot be looked into
      }
    }
    return fields.isEmpty() ? NONE : fields.toArray(NONE);
  }

  private static boolean isReadable(Field field) {
    try {
      return field.trySetAccessible();
    } catch (SecurityException e) {
      return false;
    }
  }
}
