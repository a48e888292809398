/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import dev.keelson.cleanup.Shapes.BadActions;
import dev.keelson.cleanup.Shapes.DeepHolder;
import dev.keelson.cleanup.Shapes.Handle;
import dev.keelson.cleanup.Shapes.Holder;
import dev.keelson.cleanup.Shapes.Inherits;
import dev.keelson.cleanup.Shapes.Pair;
import dev.keelson.cleanup.Shapes.RecordAction;
import dev.keelson.cleanup.Shapes.SerializableConsumer;
import dev.keelson.cleanup.Shapes.Stateless;
import dev.keelson.cleanup.Shapes.WithField;
import java.lang.reflect.Proxy;
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** An owner, and the wrong ways to register it. */
class Owner {
  Object field = "of the owner";

  void tidy(Object state) {}

  static void tidyStatically(Object state) {}

  /** Inner, whether or not it uses its owner; a newer compiler leaves an unused one out. */
  class Inner {
    Object outer() {
      return field;
    }
  }

  class InnerAction implements Consumer<Object> {
    @Override
    public void accept(Object state) {
      tidy(state);
    }
  }

  static class Nested implements Consumer<Object> {
    @Override
    public void accept(Object state) {}
  }

  /** Wrong: what is registered for this owner, by what captures it. */
  @SuppressWarnings("ReturnValueIgnored") // a consumer made of what returns something
  Map<String, Runnable> capturing(CleanupRealm realm) {
    Object local = new Object();
    Object self = this;
    long number = System.nanoTime();
    Map<String, Runnable> wrong = new HashMap<>();
    Function<Consumer<? super Object>, Runnable> action =
        a -> () -> realm.register(this, new Handle(), a);
    Function<Object, Runnable> state = s -> () -> realm.register(this, s, x -> {});

    wrong.put("lambda using this", action.apply(s -> this.tidy(s)));
    wrong.put("lambda using a field", action.apply(s -> Handle.releaseAny(field)));
    wrong.put("lambda using a local", action.apply(s -> Handle.releaseAny(local)));
    wrong.put("lambda using a copy of this", action.apply(s -> Handle.releaseAny(self)));
    wrong.put("lambda using a number", action.apply(s -> Handle.releaseAny(number)));
    wrong.put("lambda in a lambda", action.apply(s -> List.of(1).forEach(i -> this.tidy(s))));
    wrong.put("serializable lambda", action.apply((SerializableConsumer) s -> tidy(s)));
    wrong.put(
        "intersection lambda",
        action.apply((Consumer<Object> & java.util.RandomAccess) s -> tidy(s)));
    wrong.put("bound method reference", action.apply(this::tidy));
    wrong.put("reference bound to a local", action.apply(new ArrayList<>()::add));
    wrong.put("reference bound to a stream", action.apply(System.out::println));
    wrong.put("supplier's reference", action.apply(((Supplier<Object>) () -> self).get()::equals));
    wrong.put(
        "anonymous class using this",
        action.apply(
            new Consumer<Object>() {
              @Override
              public void accept(Object s) {
                tidy(s);
              }
            }));
    wrong.put(
        "anonymous class using a local",
        action.apply(
            new Consumer<Object>() {
              @Override
              public void accept(Object s) {
                Handle.releaseAny(local);
              }
            }));
    class Local implements Consumer<Object> {
      @Override
      public void accept(Object s) {
        tidy(s);
      }
    }
    wrong.put("local class", action.apply(new Local()));
    wrong.put("inner class", action.apply(new InnerAction()));
    wrong.put("class with a field", action.apply(new WithField(this)));
    wrong.put("class with an empty field", action.apply(new WithField(null)));
    wrong.put("field of a superclass", action.apply(new Inherits()));
    wrong.put("record", action.apply(new RecordAction(this)));
    wrong.put("enum with data", action.apply(BadActions.ONE));
    wrong.put("andThen", action.apply(new Stateless().andThen(new Stateless())));
    wrong.put("proxy", action.apply(proxy()));
    wrong.put("generic lambda", action.apply(Owner.<Object>generic(x -> this.tidy(x))));

    wrong.put("state is the owner", state.apply(this));
    wrong.put("state is inner", state.apply(new Inner()));
    wrong.put("state is a capturing lambda", state.apply((Runnable) () -> this.tidy(null)));
    wrong.put("state is a bound reference", state.apply((Callable<String>) this::toString));
    wrong.put("state has a field", state.apply(new WithField(this)));
    wrong.put("state has a generic field", state.apply(new Holder<>(this)));
    wrong.put("state inherits a field", state.apply(new DeepHolder(this)));
    wrong.put("state is a record", state.apply(new Pair<>(1, this)));
    wrong.put("state is an array", state.apply(new Object[] {1, 2, this}));
    wrong.put("state is an owners' array", state.apply(new Owner[] {this}));
    wrong.put("state is a list", state.apply(List.of(this)));
    wrong.put("state is an array list", state.apply(new ArrayList<>(List.of(1, this))));
    wrong.put("state is a wrapped array", state.apply(Arrays.asList(this, 1)));
    wrong.put("state is a set", state.apply(new HashSet<>(Set.of(this))));
    wrong.put("state is a map's value", state.apply(new HashMap<>(Map.of(1, this))));
    wrong.put("state is a map's key", state.apply(new IdentityHashMap<>(Map.of(this, 1))));
    wrong.put("state is a concurrent map", state.apply(new ConcurrentHashMap<>(Map.of(1, this))));
    wrong.put("state is a deque", state.apply(new ArrayDeque<>(List.of(this))));
    wrong.put("state is a priority queue", state.apply(new PriorityQueue<>(List.of(this))));
    wrong.put("state is an enum map", state.apply(new EnumMap<>(Map.of(Thread.State.NEW, this))));
    wrong.put("state is a blocking queue", state.apply(new LinkedBlockingQueue<>(List.of(this))));
    wrong.put("state is a blocking deque", state.apply(new LinkedBlockingDeque<>(List.of(this))));
    wrong.put(
        "state is a bounded queue", state.apply(new ArrayBlockingQueue<>(1, false, List.of(this))));
    Set<Object> sorted = new ConcurrentSkipListSet<>((a, b) -> 0);
    sorted.add(this);
    wrong.put("state is a sorted set", state.apply(sorted));
    wrong.put("state is optional", state.apply(Optional.of(this)));
    wrong.put("state is atomic", state.apply(new AtomicReference<>(this)));
    wrong.put(
        "state is an atomic array", state.apply(new AtomicReferenceArray<>(new Object[] {this})));
    wrong.put("state is an entry", state.apply(new AbstractMap.SimpleEntry<>("k", this)));
    wrong.put("state is written on copy", state.apply(new CopyOnWriteArrayList<>(List.of(this))));
    return wrong;
  }

  /** Wrong too, but it takes more than one look: the limits of the check. */
  List<Object> unseen() {
    return List.of(
        new Holder<>(new Holder<>(this)),
        List.of(List.of(this)),
        new Pair<>(Optional.of(this), 1),
        new Object[] {new Object[] {this}},
        new Holder<>((Runnable) () -> this.tidy(null)));
  }

  @SuppressWarnings("unchecked")
  private static Consumer<Object> proxy() {
    return (Consumer<Object>)
        Proxy.newProxyInstance(
            Owner.class.getClassLoader(),
            new Class<?>[] {Consumer.class},
            (self, method, arguments) -> null);
  }

  private static <T> Consumer<T> generic(Consumer<T> inner) {
    return x -> inner.accept(x);
  }
}
