/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import dev.keelson.internal.flight.Recording;
import java.util.List;
import java.util.stream.Collectors;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * The flight recorder's events about cleanup. Their names and fields are API. An event's class is
 * loaded only where somebody {@linkplain Recording records}.
 */
final class Flight {

  private Flight() {}

  static void leaked(LeakReport report) {
    if (Recording.isOn()) {
      LeakEvent.emit(report);
    }
  }

  static void slow(String realm, String action, long nanos, String text) {
    if (Recording.isOn()) {
      SlowEvent.emit(realm, action, nanos, text);
    }
  }

  /** An owner that was followed was collected without close. */
  @Name("dev.keelson.CleanupLeak")
  @Label("Cleanup Leak")
  @Category({"Keelson", "Cleanup"})
  @Description("An owner that was followed was collected without close")
  @StackTrace(false)
  static final class LeakEvent extends Event {
    @Label("Realm")
    String realm = "";

    @Label("Owner Class")
    String ownerType = "";

    @Label("Label")
    @Description("What the state said of itself")
    String label = "";

    @Label("Registered By")
    String registeredBy = "";

    @Label("Creation Site")
    @Description("Where the owner was registered, innermost frame first")
    String site = "";

    static void emit(LeakReport report) {
      LeakEvent event = new LeakEvent();
      if (event.isEnabled() && event.shouldCommit()) {
        event.realm = report.realm();
        event.ownerType = report.ownerType();
        event.label = report.label().orElse("");
        event.registeredBy = report.thread();
        event.site = lines(report.site());
        event.commit();
      }
    }

    private static String lines(List<StackTraceElement> site) {
      return site.stream().map(StackTraceElement::toString).collect(Collectors.joining("\n"));
    }
  }

  /** An action of a collected owner takes long. */
  @Name("dev.keelson.CleanupSlow")
  @Label("Cleanup Slow")
  @Category({"Keelson", "Cleanup"})
  @Description("A cleanup action takes long; others are run beside it")
  @StackTrace(false)
  static final class SlowEvent extends Event {
    @Label("Realm")
    String realm = "";

    @Label("Action")
    String action = "";

    @Label("Running For")
    @Timespan(Timespan.NANOSECONDS)
    long runningFor;

    @Label("Report")
    @Description("With the stack of the thread that runs it")
    String report = "";

    static void emit(String realm, String action, long nanos, String text) {
      SlowEvent event = new SlowEvent();
      if (event.isEnabled() && event.shouldCommit()) {
        event.realm = realm;
        event.action = action;
        event.runningFor = nanos;
        event.report = text;
        event.commit();
      }
    }
  }
}
