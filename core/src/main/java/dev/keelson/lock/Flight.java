/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import dev.keelson.internal.flight.Recording;
import javax.annotation.Nullable;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/**
 * The flight recorder's events about locks. Their names and fields are API.
 *
 * <p>An event's class is loaded only where somebody {@linkplain Recording records}. No event is
 * worth a lock: what goes wrong in recording is dropped.
 */
final class Flight {

  private Flight() {}

  /** A tenure was ended by somebody else than its owner. */
  static void ended(LostTenure lost, AbandonPolicy policy) {
    try {
      if (Recording.isOn()) {
        if (lost.ownerAlive()) {
          ResetEvent.emit(lost);
        } else {
          AbandonedEvent.emit(lost, policy);
        }
      }
    } catch (RuntimeException | Error e) {
      // See above.
    }
  }

  /** Whether somebody records tenures. */
  static boolean recordsHolds() {
    try {
      return Recording.isOn() && HoldEvent.wanted();
    } catch (RuntimeException | Error e) {
      return false;
    }
  }

  /** The beginning of a tenure; null where nobody records it. */
  static @Nullable Object holdBegins() {
    try {
      return Recording.isOn() ? HoldEvent.began() : null;
    } catch (RuntimeException | Error e) {
      return null;
    }
  }

  static void holdEnds(@Nullable Object began, String lock) {
    try {
      if (began != null) {
        HoldEvent.ended(began, lock);
      }
    } catch (RuntimeException | Error e) {
      // See above.
    }
  }

  /** A dead thread's lock was recovered. */
  @Name("dev.keelson.LockAbandoned")
  @Label("Lock Abandoned")
  @Category({"Keelson", "Lock"})
  @Description("A thread died and left a lock locked; the lock was taken from it")
  static final class AbandonedEvent extends Event {
    @Label("Lock")
    String lock = "";

    @Label("Owner")
    String owner = "";

    @Label("Owner Id")
    long ownerId;

    @Label("Holds")
    int holds;

    @Label("Generation")
    int generation;

    @Label("Policy")
    String policy = "";

    static void emit(LostTenure lost, AbandonPolicy policy) {
      AbandonedEvent event = new AbandonedEvent();
      if (event.isEnabled() && event.shouldCommit()) {
        event.lock = lost.lock();
        event.owner = lost.ownerName();
        event.ownerId = lost.ownerId();
        event.holds = lost.holds();
        event.generation = lost.generation();
        event.policy = policy.name();
        event.commit();
      }
    }
  }

  /** A live thread's lock was reset. */
  @Name("dev.keelson.LockReset")
  @Label("Lock Reset")
  @Category({"Keelson", "Lock"})
  @Description("A lock was taken from a thread that is alive")
  static final class ResetEvent extends Event {
    @Label("Lock")
    String lock = "";

    @Label("Owner")
    String owner = "";

    @Label("Owner Id")
    long ownerId;

    @Label("Holds")
    int holds;

    @Label("Generation")
    int generation;

    @Label("Reason")
    String reason = "";

    static void emit(LostTenure lost) {
      ResetEvent event = new ResetEvent();
      if (event.isEnabled() && event.shouldCommit()) {
        event.lock = lost.lock();
        event.owner = lost.ownerName();
        event.ownerId = lost.ownerId();
        event.holds = lost.holds();
        event.generation = lost.generation();
        event.reason = lost.reason();
        event.commit();
      }
    }
  }

  /** A lock was held for a while. */
  @Name("dev.keelson.LockHold")
  @Label("Lock Hold")
  @Category({"Keelson", "Lock"})
  @Description("A lock of a registry that samples sites or checks order was held")
  @StackTrace
  @Threshold("20 ms")
  static final class HoldEvent extends Event {
    @Label("Lock")
    String lock = "";

    static boolean wanted() {
      return new HoldEvent().isEnabled();
    }

    static @Nullable Object began() {
      HoldEvent event = new HoldEvent();
      if (!event.isEnabled()) {
        return null;
      }
      event.begin();
      return event;
    }

    static void ended(Object began, String lock) {
      HoldEvent event = (HoldEvent) began;
      event.end();
      if (event.shouldCommit()) {
        event.lock = lock;
        event.commit();
      }
    }
  }
}
