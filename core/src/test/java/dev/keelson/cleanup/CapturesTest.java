/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Serializable;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Forty wrong ways to register, each refused; the wrong ways nobody sees; forty right ones. */
class CapturesTest {

  static class Handle {
    long number = 7;
    String name = "handle";

    void release() {
      number = 0;
    }

    static void releaseAny(Object any) {}
  }

  static class Holder<T> extends Handle {
    final T held;

    Holder(T held) {
      this.held = held;
    }
  }

  static class DeepHolder extends Holder<Object> {
    DeepHolder(Object held) {
      super(held);
    }
  }

  record Pair<A, B>(A first, B second) {}

  record Numbers(int a, long b, String c) {}

  static class Base<S> {
    Object base = "a field of a superclass";
  }

  static class Inherits extends Base<Object> implements Consumer<Object> {
    @Override
    public void accept(Object state) {}
  }

  static class WithField implements Consumer<Object> {
    final Object held;

    WithField(Object held) {
      this.held = held;
    }

    @Override
    public void accept(Object state) {}
  }

  static class Stateless implements Consumer<Object> {
    static final Object CONSTANT = "statics are fine";

    @Override
    public void accept(Object state) {}
  }

  enum Actions implements Consumer<Object> {
    PLAIN,
    WITH_BODY {
      @Override
      public void accept(Object state) {}
    };

    @Override
    public void accept(Object state) {}
  }

  enum BadActions implements Consumer<Object> {
    ONE("data");

    final Object data;

    BadActions(Object data) {
      this.data = data;
    }

    @Override
    public void accept(Object state) {}
  }

  record RecordAction(Object held) implements Consumer<Object> {
    @Override
    public void accept(Object state) {}
  }

  record EmptyRecordAction() implements Consumer<Object> {
    @Override
    public void accept(Object state) {}
  }

  interface SerializableConsumer extends Consumer<Object>, Serializable {}

  static class Owner {
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
      wrong.put(
          "supplier's reference", action.apply(((Supplier<Object>) () -> self).get()::equals));
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
      wrong.put("generic lambda", action.apply(CapturesTest.<Object>generic(x -> this.tidy(x))));

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
  }

  @SuppressWarnings("unchecked")
  private static Consumer<Object> proxy() {
    return (Consumer<Object>)
        Proxy.newProxyInstance(
            CapturesTest.class.getClassLoader(),
            new Class<?>[] {Consumer.class},
            (self, method, arguments) -> null);
  }

  private static <T> Consumer<T> generic(Consumer<T> inner) {
    return x -> inner.accept(x);
  }

  private static <T extends Handle> Consumer<T> genericRelease() {
    return T::release;
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseWhatCaptures(Flavour flavour) {
    try (CleanupRealm realm = flavour.realm()) {
      Map<String, Runnable> wrong = new Owner().capturing(realm);
      assertTrue(wrong.size() >= 40, "only " + wrong.size());
      assertAll(
          wrong.entrySet().stream()
              .map(
                  shape ->
                      () -> {
                        CapturingActionException e =
                            assertThrows(
                                CapturingActionException.class,
                                () -> shape.getValue().run(),
                                shape.getKey());
                        assertNotNull(e.field());
                        assertFalse(e.type().isEmpty());
                        assertTrue(e.getMessage().contains(e.field()), e.getMessage());
                      }));
      assertEquals(0, realm.size());
    }
  }

  @Test
  void shouldNameFieldAndType() {
    Owner owner = new Owner();
    try (CleanupRealm realm = Flavour.OWN.realm()) {
      CapturingActionException lambda =
          assertThrows(
              CapturingActionException.class,
              () -> realm.register(owner, new Handle(), owner::tidy));
      assertEquals("arg$1", lambda.field());
      assertEquals(Owner.class.getName(), lambda.type());
      CapturingActionException inner =
          assertThrows(
              CapturingActionException.class,
              () -> realm.register(owner, new Handle(), owner.new InnerAction()));
      assertEquals("this$0", inner.field());
      CapturingActionException held =
          assertThrows(
              CapturingActionException.class,
              () -> realm.register(owner, new Pair<>(1, owner), pair -> {}));
      assertEquals("second", held.field());
      assertTrue(held.getMessage().contains("by .second"), held.getMessage());
    }
  }

  /** They are registered, and never cleaned up: what docs/cleanup.md lists as limits. */
  @Test
  void shouldSeeThroughTheLimitsOnlyWhenParanoid() {
    Owner owner = new Owner();
    try (CleanupRealm realm = Flavour.OWN.realm();
        CleanupRealm paranoid = Flavour.OWN.builder().leakLevel(LeakLevel.PARANOID).build()) {
      for (Object state : owner.unseen()) {
        assertTrue(realm.register(owner, state, x -> {}).isAlive());
        assertThrows(
            CapturingActionException.class, () -> paranoid.register(owner, state, x -> {}));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldTakeWhatDoesNotCapture(Flavour flavour) {
    Object owner = new Owner();
    List<Consumer<? super Object>> actions =
        List.of(
            s -> {},
            s -> Handle.releaseAny(s),
            s -> Handle.releaseAny(Stateless.CONSTANT),
            s -> List.of(s).forEach(each -> Handle.releaseAny(each)),
            s -> {
              Object local = new Object();
              Handle.releaseAny(local);
            },
            MAKES_AN_ANONYMOUS_OBJECT,
            Handle::releaseAny,
            Owner::tidyStatically,
            Object::hashCode,
            Object::toString,
            new Stateless(),
            new Owner.Nested(),
            new EmptyRecordAction(),
            Actions.PLAIN,
            Actions.WITH_BODY,
            (SerializableConsumer) s -> {},
            (Consumer<Object> & java.util.RandomAccess) s -> {},
            ACTION);
    List<Object> states =
        List.of(
            new Handle(),
            new Holder<>("something else"),
            new Holder<>(new Owner()),
            new Holder<>(new WeakReference<>(owner)),
            new WeakReference<>(owner),
            new DeepHolder(new Object()),
            new Pair<>("a", 1),
            new Numbers(1, 2, "3"),
            "a string",
            7L,
            new long[] {1, 2, 3},
            new Object[] {null, new Owner()},
            new Object[0],
            List.of(),
            List.of(new Owner(), "other"),
            new ArrayList<>(Arrays.asList(null, "null in a list")),
            Collections.synchronizedList(new ArrayList<>()),
            new HashMap<>(Map.of("k", new Owner())),
            Optional.empty(),
            Optional.of("x"),
            new AtomicReference<>(),
            new AtomicLong(1),
            Thread.currentThread(),
            (Runnable) () -> {},
            (Runnable) new Handle()::release,
            Actions.PLAIN,
            Object.class);
    List<Registration<?>> taken = new ArrayList<>();
    try (CleanupRealm realm = flavour.realm()) {
      for (Consumer<? super Object> action : actions) {
        taken.add(realm.register(owner, new Handle(), action));
      }
      for (Object state : states) {
        taken.add(realm.register(owner, state, s -> {}));
      }
      taken.add(realm.register(owner, new Handle(), Handle::release));
      taken.add(realm.register(owner, new Handle(), CapturesTest.<Handle>genericRelease()));
      taken.add(realm.registerUnchecked(owner, () -> Handle.releaseAny(owner)));
      assertTrue(taken.size() >= 40, "only " + taken.size());
      taken.forEach(registration -> assertTrue(registration.clean()));
      Reference.reachabilityFence(owner);
    }
  }

  private static final Consumer<Object> ACTION = state -> {};

  /** In an instance method this very lambda captures `this`, whether or not it is used. */
  private static final Consumer<Object> MAKES_AN_ANONYMOUS_OBJECT =
      state ->
          new Object() {
            void use() {}
          }.use();

  /** The list of containers is made of names: each must be that of a class of this JDK. */
  @Test
  void shouldKnowTheContainersOfThisJdk() {
    for (String name : Holdings.containers()) {
      assertAll(name, () -> Class.forName(name));
    }
  }
}
