/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.cleanup.Shapes.Actions;
import dev.keelson.cleanup.Shapes.DeepHolder;
import dev.keelson.cleanup.Shapes.EmptyRecordAction;
import dev.keelson.cleanup.Shapes.Handle;
import dev.keelson.cleanup.Shapes.Holder;
import dev.keelson.cleanup.Shapes.Numbers;
import dev.keelson.cleanup.Shapes.Pair;
import dev.keelson.cleanup.Shapes.SerializableConsumer;
import dev.keelson.cleanup.Shapes.Stateless;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Forty wrong ways to register, each refused; the wrong ways nobody sees; forty right ones. */
class CapturesTest {

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
  @SuppressWarnings("ReturnValueIgnored") // a consumer made of what returns something
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
    for (String name : Holdings.CONTAINERS) {
      assertAll(name, () -> Class.forName(name));
    }
  }
}
