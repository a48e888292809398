/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a registration and a realm promise, on either kind of realm. */
@Tag("process")
@Timeout(120)
class RegistrationTest {

  private final Object owner = new Object();
  private final Resource resource = new Resource();
  private final Log log = new Log();

  @AfterEach
  void showLogsAgain() {
    log.close();
  }

  @Test
  void shouldRunAndGiveBackTheStateWhenTheCleanerHasNoRoomToLetGo() {
    try (CleanupRealm realm = Flavour.OVER_CLEANER.realm()) {
      for (Error none : List.of(new OutOfMemoryError("planted"), new StackOverflowError())) {
        Resource cleaned = new Resource();
        assertTrue(withoutRoom(none, realm.register(owner, cleaned, Resource::release)).clean());
        assertEquals(1, cleaned.count());

        Resource kept = new Resource();
        assertSame(
            kept,
            withoutRoom(none, realm.register(owner, kept, Resource::release))
                .detach()
                .orElseThrow());
        assertEquals(0, kept.count());
      }
    }
  }

  private static Registration<Resource> withoutRoom(
      Error none, Registration<Resource> registration) {
    ((CleanerEntry<Resource>) registration)
        .attach(
            () -> {
              throw none;
            });
    return registration;
  }

  @ParameterizedTest
  @EnumSource
  void shouldRunOnceWhenClosedAgain(Flavour flavour) {
    try (CleanupRealm realm = flavour.realm()) {
      Registration<Resource> r = realm.register(owner, resource, Resource::release);
      assertTrue(r.isAlive());
      assertSame(resource, r.peek().orElseThrow());
      assertEquals(1, realm.size());

      assertTrue(r.clean());
      assertFalse(r.clean());
      r.close();

      assertEquals(1, resource.count());
      assertSame(Thread.currentThread(), resource.releasedBy);
      assertFalse(r.isAlive());
      assertEquals(Optional.empty(), r.peek());
      assertEquals(Optional.empty(), r.detach());
      assertEquals(0, realm.size());
    }
    assertEquals(1, resource.count());
  }

  @ParameterizedTest
  @EnumSource
  void shouldRunWhenTheOwnerIsCollected(Flavour flavour) throws Exception {
    try (CleanupRealm realm = flavour.realm()) {
      Registration<Resource> r = realm.register(new Object(), resource, Resource::release);
      Gc.until(() -> resource.count() > 0);
      assertNotSame(Thread.currentThread(), resource.releasedBy);
      assertFalse(r.isAlive());
      assertFalse(r.clean());
      assertEquals(1, resource.count());
      assertEquals(0, realm.size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotRunWhenDetached(Flavour flavour) throws Exception {
    Resource other = new Resource();
    try (CleanupRealm realm = flavour.realm()) {
      Registration<Resource> r = realm.register(new Object(), resource, Resource::release);
      assertSame(resource, r.detach().orElseThrow());
      assertFalse(r.isAlive());
      realm.register(new Object(), other, Resource::release);
      Gc.until(() -> other.count() > 0);
      assertFalse(r.clean());
    }
    assertEquals(0, resource.count());
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotKeepOwnerNorStateOnceOver(Flavour flavour) throws Exception {
    try (CleanupRealm realm = flavour.realm()) {
      Object mortal = new Object();
      Resource state = new Resource();
      WeakReference<Object> weak = new WeakReference<>(mortal);
      WeakReference<Resource> weakState = new WeakReference<>(state);
      Registration<Resource> r = realm.register(mortal, state, Resource::release);
      r.close();
      mortal = null;
      state = null;
      Gc.until(() -> weak.refersTo(null) && weakState.refersTo(null));
      assertFalse(r.isAlive());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseNullAndItself(Flavour flavour) {
    Consumer<Resource> release = Resource::release;
    try (CleanupRealm realm = flavour.realm()) {
      for (Object[] bad :
          new Object[][] {
            {null, resource, release, "owner"},
            {owner, null, release, "state"},
            {owner, resource, null, "action"}
          }) {
        @SuppressWarnings("unchecked")
        Consumer<Object> action = (Consumer<Object>) bad[2];
        NullPointerException e =
            assertThrows(NullPointerException.class, () -> realm.register(bad[0], bad[1], action));
        assertTrue(e.getMessage().startsWith((String) bad[3]), e.getMessage());
      }
      CapturingActionException e =
          assertThrows(
              CapturingActionException.class,
              () -> realm.register(resource, resource, Resource::release));
      assertTrue(e.getMessage().startsWith("state is the owner itself"), e.getMessage());
      Runnable action = () -> {};
      CapturingActionException itself =
          assertThrows(
              CapturingActionException.class, () -> realm.registerUnchecked(action, action));
      assertTrue(itself.getMessage().startsWith("action is the owner"), itself.getMessage());
      assertThrows(NullPointerException.class, () -> realm.registerUnchecked(owner, null));
      assertEquals(0, realm.size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldThrowWhatTheActionThrowsToWhoCloses(Flavour flavour) {
    try (CleanupRealm realm = flavour.realm()) {
      Registration<Resource> r = realm.register(owner, resource, Resource::fail);
      assertThrows(IllegalStateException.class, r::clean);
      assertFalse(r.clean());
      Registration<Resource> deep = realm.register(owner, resource, Resource::overflow);
      assertThrows(StackOverflowError.class, deep::close);
      assertEquals(2, resource.count());
      assertEquals(0, realm.size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldGoOnWhenActionsFail(Flavour flavour) throws Exception {
    try (CleanupRealm realm = flavour.realm()) {
      List<Consumer<Resource>> actions =
          List.of(
              Resource::fail,
              Resource::overflow,
              Resource::runOutOfMemory,
              Resource::interruptItself,
              Resource::release);
      List<Resource> all = new ArrayList<>();
      for (Consumer<Resource> action : actions) {
        Resource each = new Resource();
        all.add(each);
        realm.register(new Object(), each, action);
      }
      Gc.until(() -> all.stream().allMatch(each -> each.count() > 0));
      Resource later = new Resource();
      realm.register(new Object(), later, Resource::release);
      Gc.until(() -> later.count() > 0);
      all.forEach(each -> assertEquals(1, each.count()));
      Gc.await(() -> log.count("a cleanup action failed") == 3);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRunEverythingWhenTheRealmIsClosedAndThrowTheFirstFailure(Flavour flavour) {
    CleanupRealm realm = flavour.realm();
    List<Resource> all = new ArrayList<>();
    List<Object> owners = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      Resource each = new Resource();
      Object its = new Object();
      all.add(each);
      owners.add(its);
      realm.register(its, each, i % 100 == 0 ? Resource::fail : Resource::release);
    }
    IllegalStateException e = assertThrows(IllegalStateException.class, realm::close);
    assertEquals("no luck", e.getMessage());
    assertEquals(16, e.getSuppressed().length);
    all.forEach(each -> assertEquals(1, each.count()));
    assertTrue(realm.isClosed());
    realm.close();
    IllegalStateException late =
        assertThrows(
            IllegalStateException.class, () -> realm.register(owner, resource, Resource::release));
    assertTrue(late.getMessage().contains("is closed"), late.getMessage());
    assertEquals(0, resource.count());
    Reference.reachabilityFence(owners);
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerWhenUsedAfterItsRealmWasClosed(Flavour flavour) throws Exception {
    CleanupRealm realm = flavour.realm();
    Registration<Resource> r = realm.register(owner, resource, Resource::release);
    CleanupScope scope = realm.scope(owner);
    Resource inScope = new Resource();
    Registration<Resource> step = scope.register(inScope, Resource::release);
    realm.close();
    assertEquals(1, resource.count());
    assertEquals(1, inScope.count());
    for (Registration<Resource> each : List.of(r, step)) {
      assertFalse(each.clean());
      each.close();
      assertFalse(each.isAlive());
      assertEquals(Optional.empty(), each.peek());
      assertEquals(Optional.empty(), each.detach());
      assertSame(each, each.atExit(true));
      each.touch("late");
      assertTrue(each.toString().endsWith(", over]"), each.toString());
    }
    assertFalse(scope.clean());
    assertTrue(realm.drain(Duration.ZERO) || realm.drain(Duration.ofSeconds(30)));
    assertThrows(IllegalStateException.class, () -> scope.register(resource, Resource::release));
    assertThrows(IllegalStateException.class, () -> realm.scope(owner));
    assertThrows(IllegalStateException.class, () -> realm.registerUnchecked(owner, () -> {}));
    assertEquals(1, resource.count());
    Reference.reachabilityFence(owner);
  }

  @ParameterizedTest
  @EnumSource
  void shouldCloseItsRealmWhileAnActionRuns(Flavour flavour) throws Exception {
    CleanupRealm realm = flavour.realm();
    Resource other = new Resource();
    realm.register(owner, other, Resource::release);
    realm.register(new Object(), resource, Resource::block);
    try {
      Gc.until(() -> resource.entered.getCount() == 0);
      realm.close();
      assertEquals(1, other.count());
      assertFalse(realm.drain(Duration.ofMillis(1)), "it still runs");
    } finally {
      resource.gate.countDown();
    }
    assertTrue(realm.drain(Duration.ofSeconds(30)));
    assertEquals(1, resource.count());
    Reference.reachabilityFence(owner);
  }

  @ParameterizedTest
  @EnumSource
  void shouldLetAnActionRegisterAndCloseItsRealm(Flavour flavour) throws Exception {
    CleanupRealm realm = flavour.realm();
    Resource other = new Resource();
    realm.register(owner, other, Resource::release);
    realm.registerUnchecked(
        new Object(),
        () -> {
          realm.register(realm, resource, Resource::release);
          realm.close();
        });
    Gc.until(realm::isClosed);
    Gc.await(() -> other.count() == 1 && resource.count() == 1);
    Reference.reachabilityFence(owner);
  }

  @ParameterizedTest
  @EnumSource
  void shouldCloseInAnyOrder(Flavour flavour) {
    int count = flavour == Flavour.OWN ? 1_000_000 : 20_000;
    try (CleanupRealm realm = flavour.realm()) {
      Object[] owners = new Object[count];
      List<Registration<Resource>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        owners[i] = new Object();
        all.add(realm.register(owners[i], resource, Resource::release));
      }
      assertEquals(count, realm.size());
      Collections.shuffle(all, new Random(7));
      all.forEach(r -> assertTrue(r.clean()));
      assertEquals(0, realm.size());
      assertEquals(count, resource.count());
      Reference.reachabilityFence(owners);
    }
    assertEquals(count, resource.count());
  }

  @ParameterizedTest
  @EnumSource
  void shouldRunTheActionsOfAScopeLatestFirst(Flavour flavour) throws Exception {
    try (CleanupRealm realm = flavour.realm()) {
      List<String> lines = Collections.synchronizedList(new ArrayList<>());
      CleanupScope scope = realm.scope(new Object());
      addTo(scope, lines, "1", "2", "3", "4");
      Gc.until(() -> lines.size() == 4);
      assertEquals(List.of("4", "3", "2", "1"), lines);
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> addTo(scope, lines, "5"));
      assertTrue(e.getMessage().startsWith("the scope is over"), e.getMessage());
    }
  }

  record Line(List<String> log, String text) {
    void write() {
      log.add(text);
    }

    void writeAndFail() {
      write();
      throw new IllegalStateException(text);
    }
  }

  private static void addTo(CleanupScope scope, List<String> log, String... lines) {
    for (String line : lines) {
      scope.register(new Line(log, line), Line::write);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldCloseOneActionOfAScopeAndThenTheOthers(Flavour flavour) {
    List<String> lines = new ArrayList<>();
    try (CleanupRealm realm = flavour.realm()) {
      CleanupScope scope = realm.scope(owner);
      scope.register(new Line(lines, "a"), Line::writeAndFail);
      Registration<Line> b = scope.register(new Line(lines, "b"), Line::write);
      Registration<Line> c = scope.register(new Line(lines, "c"), Line::write);
      scope.register(new Line(lines, "d"), Line::writeAndFail);
      assertTrue(b.clean());
      assertFalse(b.clean());
      assertEquals("c", c.detach().orElseThrow().text);
      assertEquals(2, scope.size());
      IllegalStateException e = assertThrows(IllegalStateException.class, scope::close);
      assertEquals("d", e.getMessage());
      assertEquals("a", e.getSuppressed()[0].getMessage());
      assertFalse(scope.clean());
      assertThrows(
          CapturingActionException.class,
          () -> realm.scope(owner).register(new Object[] {owner}, a -> {}));
      Reference.reachabilityFence(owner);
    }
    assertEquals(List.of("b", "d", "a"), lines);
  }

  @ParameterizedTest
  @EnumSource
  void shouldNameTheClassOfAnUncheckedAction(Flavour flavour) {
    try (CleanupRealm realm = flavour.realm()) {
      Registration<Runnable> r = realm.registerUnchecked(owner, resource::release);
      assertTrue(r.toString().contains("RegistrationTest"), r::toString);
      r.close();
      assertTrue(r.toString().contains("RegistrationTest"), r::toString);
      Reference.reachabilityFence(owner);
    }
  }

  @Test
  void shouldRefuseToCloseTheSharedRealm() {
    UnsupportedOperationException e =
        assertThrows(UnsupportedOperationException.class, () -> CleanupRealm.shared().close());
    assertTrue(e.getMessage().contains("CleanupRealm.named"), e.getMessage());
    Registration<Resource> r = CleanupRealm.shared().register(owner, resource, Resource::release);
    assertTrue(r.clean());
  }

  @Test
  void shouldRefuseBadSettings() {
    CleanupRealm.Builder builder = CleanupRealm.builder();
    assertThrows(NullPointerException.class, () -> builder.name(null));
    assertThrows(IllegalArgumentException.class, () -> builder.name(" "));
    assertThrows(NullPointerException.class, () -> builder.leakLevel(null));
    assertThrows(NullPointerException.class, () -> builder.leakListener(null));
    assertThrows(NullPointerException.class, () -> builder.slowAfter(null));
    assertThrows(NullPointerException.class, () -> CleanupRealm.over(null));
    assertThrows(IllegalArgumentException.class, () -> builder.slowAfter(Duration.ofNanos(-1)));
    assertThrows(
        IllegalArgumentException.class, () -> CleanupRealm.shared().drain(Duration.ofSeconds(-1)));
    assertThrows(NullPointerException.class, () -> CleanupRealm.shared().drain(null));
    assertEquals(LeakLevel.SIMPLE, LeakLevel.parse("what?"));
    assertEquals(LeakLevel.PARANOID, LeakLevel.parse(" paranoid"));
  }

  @Test
  void shouldNotBeEndedThroughTheReferenceThatItIs() {
    try (CleanupRealm realm = Flavour.OWN.realm()) {
      PhantomReference<?> reference =
          (PhantomReference<?>) realm.register(owner, resource, Resource::release);
      assertThrows(UnsupportedOperationException.class, reference::clear);
      assertThrows(UnsupportedOperationException.class, reference::enqueue);
    }
  }
}
