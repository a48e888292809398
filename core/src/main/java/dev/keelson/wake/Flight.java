/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import dev.keelson.internal.flight.Recording;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * The flight recorder's events about wakers and signals. Their names and fields are API. An event's
 * class is loaded only where somebody {@linkplain Recording records}.
 */
final class Flight {

  private Flight() {}

  static void delivered(String signal, long count) {
    if (Recording.isOn()) {
      SignalEvent.emit(signal, count);
    }
  }

  static void closed(WakeStats stats) {
    if (Recording.isOn()) {
      StatsEvent.emit(stats);
    }
  }

  /** A signal came to a route. */
  @Name("dev.keelson.SignalDelivered")
  @Label("Signal Delivered")
  @Category({"Keelson", "Wake"})
  @Description("A signal came to a route")
  @StackTrace(false)
  static final class SignalEvent extends Event {
    @Label("Signal")
    String signal = "";

    @Label("Count")
    @Description("How many of that name have come to the route, this one included")
    long count;

    static void emit(String signal, long count) {
      SignalEvent event = new SignalEvent();
      if (event.isEnabled() && event.shouldCommit()) {
        event.signal = signal;
        event.count = count;
        event.commit();
      }
    }
  }

  /** A waker was closed. */
  @Name("dev.keelson.WakeStats")
  @Label("Wake Statistics")
  @Category({"Keelson", "Wake"})
  @Description("What a waker had done when it was closed")
  static final class StatsEvent extends Event {
    @Label("Wakes")
    long wakes;

    @Label("Delivered")
    long delivered;

    @Label("Elided")
    long elided;

    @Label("Coalesced")
    long coalesced;

    @Label("Writes")
    @Description("System calls made to rouse the owner")
    long writes;

    @Label("Waits")
    long waits;

    @Label("Spurious")
    long spurious;

    @Label("Late")
    long late;

    @Label("Missed")
    long missed;

    static void emit(WakeStats stats) {
      StatsEvent event = new StatsEvent();
      if (event.isEnabled() && event.shouldCommit()) {
        event.wakes = stats.wakes();
        event.delivered = stats.delivered();
        event.elided = stats.elided();
        event.coalesced = stats.coalesced();
        event.writes = stats.writes();
        event.waits = stats.waits();
        event.spurious = stats.spurious();
        event.late = stats.late();
        event.missed = stats.missed();
        event.commit();
      }
    }
  }
}
