/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who keeps what alive. */
@Timeout(60)
class HookLifetimeTest {

  private final List<String> log = Collections.synchronizedList(new ArrayList<>());

  /** As owners should be: with the registration in a field. */
  private static final class Owner {
    private final HookRegistration registration;

    Owner(List<String> log) {
      registration =
          Boundary.register(
              this,
              new BoundaryHook() {
                @Override
                public void before(BoundaryContext context) {
                  log.add("before " + Owner.this.hashCode());
                }
              });
    }
  }

  private static void collect(WeakReference<?> reference) throws InterruptedException {
    while (reference.get() != null) {
      System.gc();
      Thread.sleep(5);
    }
  }

  private static List<String> warnings(Interruptible body) throws Exception {
    return warnings(new ArrayList<>(), body);
  }

  private static List<String> warnings(List<String> warnings, Interruptible body) throws Exception {
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            warnings.add(
                java.text.MessageFormat.format(record.getMessage(), record.getParameters()));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("dev.keelson.boundary");
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    try {
      body.run();
    } finally {
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
    }
    return warnings;
  }

  private interface Interruptible {
    void run() throws Exception;
  }

  @Test
  void shouldCallAHookWhileItsOwnerLivesAndLetBothGoWithIt() throws Exception {
    Owner owner = new Owner(log);
    System.gc();
    Boundary.cross(context -> 1);
    assertEquals(1, log.size());
    assertTrue(owner.registration.isOpen());
    WeakReference<Owner> gone = new WeakReference<>(owner);
    owner = null;
    List<String> warnings =
        warnings(
            () -> {
              collect(gone);
              Boundary.cross(context -> 1);
            });
    assertEquals(1, log.size());
    assertEquals(List.of(), warnings);
  }

  @Test
  void shouldWarnOnceOfARegistrationThatNobodyKept() throws Exception {
    List<String> warnings = new ArrayList<>();
    warnings(
        warnings,
        () -> {
          collect(new WeakReference<>(Boundary.register(this, new Recording("lost", log))));
          while (warnings.isEmpty()) { // the collector hands references over a little later
            Boundary.cross(context -> 1);
            Thread.sleep(5);
          }
          for (int i = 0; i < 3; i++) {
            Boundary.cross(context -> 1);
            Thread.sleep(20);
          }
        });
    assertEquals(List.of(), log);
    assertEquals(1, warnings.size(), warnings::toString);
    assertTrue(warnings.get(0).contains("keep it in a field"), warnings.get(0));
    assertTrue(warnings.get(0).contains("HookLifetimeTest"), warnings.get(0));
  }

  @Test
  void shouldNotWarnOfOneThatWasClosed() throws Exception {
    List<String> warnings =
        warnings(
            () -> {
              HookRegistration registration = Boundary.register(this, new Recording("closed", log));
              registration.close();
              registration.close();
              assertFalse(registration.isOpen());
              WeakReference<?> gone = new WeakReference<>(registration);
              Reference.reachabilityFence(registration);
              registration = null;
              collect(gone);
              Boundary.cross(context -> 1);
            });
    assertEquals(List.of(), warnings);
  }

  @Test
  void shouldNotWarnOfOneThatWasCalledInAChildJvm() throws Exception {
    List<String> warnings =
        warnings(
            () -> {
              HookRegistration registration = Boundary.register(this, new Recording("c", log));
              Boundary.childMain(BoundaryContext.of("child", Map.of()));
              WeakReference<?> gone = new WeakReference<>(registration);
              Reference.reachabilityFence(registration);
              registration = null;
              collect(gone);
              for (int i = 0; i < 3; i++) { // the collector hands references over a little later
                Thread.sleep(20);
                Boundary.cross(context -> 1);
              }
            });
    assertEquals(List.of("child c"), log);
    assertEquals(List.of(), warnings);
  }
}
