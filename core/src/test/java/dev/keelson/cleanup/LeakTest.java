/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.ref.Reference;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is told of what was not closed, and what. */
@Tag("process")
@Timeout(120)
class LeakTest {

  private static final AtomicBoolean RECORDED = new AtomicBoolean();

  private final Log log = new Log();
  private final List<LeakReport> told = new CopyOnWriteArrayList<>();

  @AfterEach
  void showLogsAgain() {
    log.close();
  }

  private CleanupRealm realm(Flavour flavour, LeakLevel level) {
    return flavour.builder().name("leak test").leakLevel(level).leakListener(told::add).build();
  }

  private static Resource forget(CleanupRealm realm) {
    Resource resource = new Resource();
    realm.register(new Object(), resource, Resource::release);
    return resource;
  }

  @ParameterizedTest
  @EnumSource
  void shouldTellOnceForEachPlaceAndCountTheOthers(Flavour flavour) throws Exception {
    try (CleanupRealm realm = realm(flavour, LeakLevel.PARANOID)) {
      for (int i = 0; i < 10; i++) {
        forget(realm);
      }
      Object elsewhere = new ArrayList<>();
      Registration<Resource> r = realm.register(elsewhere, new Resource(), Resource::release);
      r.touch("first");
      r.touch("second");
      elsewhere = null;
      Gc.until(() -> realm.leaks().stream().mapToLong(LeakReport::count).sum() == 11);

      Gc.await(() -> told.size() == 2); // who counts it tells of it then
      LeakReport ten =
          realm.leaks().stream().filter(report -> report.count() == 10).findFirst().orElseThrow();
      assertEquals("leak test", ten.realm());
      assertEquals("java.lang.Object", ten.ownerType());
      assertEquals("forget", ten.site().get(0).getMethodName());
      assertEquals(Optional.of("resource 0"), ten.label());
      assertTrue(ten.thread().contains(Thread.currentThread().getName()), ten.thread());
      assertTrue(!ten.last().isBefore(ten.first()));
      LeakReport one =
          realm.leaks().stream().filter(report -> report.count() == 1).findFirst().orElseThrow();
      assertEquals(
          List.of("first", "second"), one.uses().stream().map(LeakReport.Use::hint).toList());
      assertEquals(
          "shouldTellOnceForEachPlaceAndCountTheOthers",
          one.uses().get(0).stack().get(0).getMethodName());
      String text = one.toString();
      assertTrue(
          text.startsWith("java.util.ArrayList was collected without close() (resource 0), 1 time"),
          text);
      assertTrue(text.contains("used by \"" + Thread.currentThread().getName()), text);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldTellHowTheOwnerOfAScopeWasUsed(Flavour flavour) throws Exception {
    try (CleanupRealm realm = realm(flavour, LeakLevel.PARANOID)) {
      useInAScope(realm);
      Gc.until(() -> !realm.leaks().isEmpty());
      List<LeakReport.Use> uses = realm.leaks().get(0).uses();
      assertEquals(List.of("by a step"), uses.stream().map(LeakReport.Use::hint).toList());
      assertEquals("useInAScope", uses.get(0).stack().get(0).getMethodName());
    }
  }

  private static void useInAScope(CleanupRealm realm) {
    Object owner = new Object();
    realm.scope(owner).register(new Resource(), Resource::release).touch("by a step");
    Reference.reachabilityFence(owner);
  }

  @ParameterizedTest
  @EnumSource
  void shouldTellNothingOfWhatWasClosed(Flavour flavour) throws Exception {
    try (CleanupRealm realm = realm(flavour, LeakLevel.PARANOID)) {
      Object owner = new Object();
      realm.register(owner, new Resource(), Resource::release).close();
      realm.register(owner, new Resource(), Resource::release).detach();
      realm.register(owner, new Resource(), Resource::release);
      Resource forgotten = forget(realm);
      Gc.until(() -> forgotten.count() == 1);
      Gc.await(() -> told.size() == 1);
      Reference.reachabilityFence(owner);
    }
    assertEquals(1, told.size());
  }

  @Test
  void shouldFollowNothingWhenOffAndAboutOneIn128WhenSimple() throws Exception {
    try (CleanupRealm off = realm(Flavour.OWN, LeakLevel.OFF);
        CleanupRealm simple = realm(Flavour.OWN, LeakLevel.SIMPLE)) {
      int count = 40_000;
      for (int i = 0; i < count; i++) {
        forget(off);
        forget(simple);
      }
      Gc.until(() -> off.size() + simple.size() == 0);
      assertEquals(List.of(), off.leaks());
      Gc.await(() -> !simple.leaks().isEmpty());
      long followed = simple.leaks().get(0).count();
      assertTrue(followed <= count / 64, followed + " of " + count);
    }
  }

  @Test
  void shouldKeepAPlaceOnceWhereEveryRegistrationHasATrack() {
    List<Track> all = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      all.add(new Track(this, true, true));
    }
    assertEquals(all.get(0).site(), all.get(1).site());
    assertSame(all.get(0).site(), all.get(1).site());
    assertEquals(
        "shouldKeepAPlaceOnceWhereEveryRegistrationHasATrack",
        all.get(0).site().get(0).getMethodName());
    assertNotEquals(all.get(0).site(), new Track(this, true, true).site()); // of another line
  }

  @Test
  void shouldKeepTheLatestUses() {
    Track track = new Track(this, true, true);
    for (int i = 0; i < 20; i++) {
      track.use("use " + i);
    }
    assertEquals(
        List.of("use 12", "use 13", "use 14", "use 15", "use 16", "use 17", "use 18", "use 19"),
        track.uses().stream().map(LeakReport.Use::hint).toList());
  }

  @Test
  void shouldBoundThePlaces() throws Exception {
    Leaks leaks = new Leaks("bound", LeakLevel.PARANOID, told::add);
    for (int i = 0; i < Leaks.PLACES + 10; i++) {
      leaks.found(new Track(new Object[i % 2], false, false), "");
    }
    assertEquals(1, leaks.reports().size());
    Leaks many = new Leaks("bound", LeakLevel.PARANOID, told::add);
    Object owner = new Object();
    for (int depth = 0; depth < 250; depth++) { // the types tell the places apart
      owner = Array.newInstance(owner.getClass(), 0);
      for (int times = 0; times < 2; times++) {
        many.found(new Track(owner, false, false), "");
      }
    }
    assertEquals(250, many.reports().size());
    for (Object other : new Object[] {1, "2", 3L, '4', 5.0, 6f, (short) 7, (byte) 8, true}) {
      many.found(new Track(other, false, false), "");
    }
    assertEquals(Leaks.PLACES, many.reports().size());
    assertEquals(3, many.elsewhere());
  }

  @Test
  void shouldLogWhereNobodyListensAndWhenAListenerFails() throws Exception {
    try (CleanupRealm realm =
            CleanupRealm.builder().name("logs").leakLevel(LeakLevel.PARANOID).build();
        CleanupRealm failing =
            CleanupRealm.builder()
                .leakLevel(LeakLevel.PARANOID)
                .leakListener(
                    report -> {
                      throw new IllegalStateException("bad listener");
                    })
                .build()) {
      forget(realm);
      forget(failing);
      Gc.until(() -> realm.size() + failing.size() == 0);
      Gc.await(() -> log.says("was collected without close()"));
      Gc.await(() -> log.says("a leak could not be reported"));
      Resource next = forget(failing);
      Gc.until(() -> next.count() == 1);
    }
  }

  @Test
  void shouldRecordEvents(@TempDir Path directory) throws Exception {
    assumeTrue(
        RECORDED.compareAndSet(false, true),
        "the recorder of JDK 17 may lose long strings in a second recording");
    Path file = directory.resolve("flight.jfr");
    try (Recording recording = new Recording();
        CleanupRealm realm =
            CleanupRealm.builder()
                .name("events")
                .leakLevel(LeakLevel.PARANOID)
                .slowAfter(Duration.ofSeconds(1)) // ample to get as far as where it blocks
                .build()) {
      recording.enable("dev.keelson.CleanupLeak");
      recording.enable("dev.keelson.CleanupSlow");
      recording.start();
      Resource slow = new Resource();
      realm.register(new Object(), slow, Resource::block);
      Gc.until(() -> slow.count() == 1);
      Gc.await(() -> log.says("a cleanup action has been running for"));
      slow.gate.countDown();
      Gc.await(() -> !realm.leaks().isEmpty());
      Gc.await(() -> log.says("was collected without close()"));
      recording.stop();
      recording.dump(file);
    }
    HashMap<String, RecordedEvent> events = new HashMap<>();
    RecordingFile.readAllEvents(file).stream()
        .filter(event -> "events".equals(event.getString("realm"))) // and of no other test's
        .forEach(event -> events.put(event.getEventType().getName(), event));
    RecordedEvent leak = events.get("dev.keelson.CleanupLeak");
    assertEquals("events", leak.getString("realm"));
    assertEquals("java.lang.Object", leak.getString("ownerType"));
    assertEquals("resource 0", leak.getString("label"));
    assertTrue(leak.getString("site").contains("shouldRecordEvents"));
    assertTrue(leak.getString("registeredBy").contains("id "));
    RecordedEvent slow = events.get("dev.keelson.CleanupSlow");
    assertEquals("events", slow.getString("realm"));
    assertTrue(slow.getString("action").contains("LeakTest"));
    assertTrue(slow.getDuration("runningFor").toMillis() >= 1_000);
    assertTrue(slow.getString("report").contains("Resource.block"));
  }

  /** What only a look into the depth sees. */
  @Test
  void shouldSearchDeepWhenParanoid() {
    Object owner = new Object();
    Object[] state = {new ArrayList<>(List.of(Optional.of(owner)))};
    try (CleanupRealm plain = realm(Flavour.OWN, LeakLevel.SIMPLE);
        CleanupRealm paranoid = realm(Flavour.OWN, LeakLevel.PARANOID)) {
      plain.register(owner, state, given -> {}).detach();
      CapturingActionException e =
          assertThrows(
              CapturingActionException.class, () -> paranoid.register(owner, state, given -> {}));
      assertEquals("[0][0].value", e.field());
      Reference.reachabilityFence(owner);
    }
  }
}
