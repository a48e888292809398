/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.flight.Recording;
import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * The flight recorder's events about processes. Their names and fields are API; secrets are masked
 * in them. An event's class is loaded only where somebody {@linkplain Recording records}.
 */
final class Flight {

  private Flight() {}

  static void started(long pid, Command command, String engine) {
    if (Recording.isOn()) {
      LiveEvent.install();
      StartEvent.emit(pid, command, engine);
    }
  }

  static void exited(long pid, Command command, ExitStatus status, Duration duration) {
    if (Recording.isOn()) {
      LiveEvent.install();
      ExitEvent.emit(pid, command, status, duration);
    }
  }

  /** Whoever asks for live children may do so by the recorder, too. */
  static void asked() {
    if (Recording.isOn()) {
      LiveEvent.install();
    }
  }

  static void tornDown(long pid, Command command, Teardown teardown) {
    if (Recording.isOn()) {
      TeardownEvent.emit(pid, command, teardown);
    }
  }

  /** A process was started. */
  @Name("dev.keelson.ProcessStart")
  @Label("Process Start")
  @Category({"Keelson", "Process"})
  @Description("A process was started")
  static final class StartEvent extends Event {
    @Label("Process Id")
    long pid;

    @Label("Command")
    @Description("As a shell line, with secrets masked")
    String command = "";

    @Label("Engine")
    String engine = "";

    static void emit(long pid, Command command, String engine) {
      StartEvent event = new StartEvent();
      if (event.isEnabled() && event.shouldCommit()) {
        event.pid = pid;
        event.command = command.toString();
        event.engine = engine;
        event.commit();
      }
    }
  }

  /** A process has ended. */
  @Name("dev.keelson.ProcessExit")
  @Label("Process Exit")
  @Category({"Keelson", "Process"})
  @Description("A process has ended and was reaped")
  @StackTrace(false)
  static final class ExitEvent extends Event {
    @Label("Process Id")
    long pid;

    @Label("Command")
    String command = "";

    @Label("Status")
    String status = "";

    @Label("Run Time")
    @Timespan(Timespan.NANOSECONDS)
    long runTime;

    static void emit(long pid, Command command, ExitStatus status, Duration duration) {
      ExitEvent event = new ExitEvent();
      if (event.isEnabled() && event.shouldCommit()) {
        event.pid = pid;
        event.command = command.toString();
        event.status = status.toString();
        event.runTime = duration.toNanos();
        event.commit();
      }
    }
  }

  /** A tree was ended. */
  @Name("dev.keelson.ProcessTeardown")
  @Label("Process Teardown")
  @Category({"Keelson", "Process"})
  @Description("A process and what it started were ended")
  @StackTrace(false)
  static final class TeardownEvent extends Event {
    @Label("Process Id")
    long pid;

    @Label("Command")
    String command = "";

    @Label("Reason")
    String reason = "";

    @Label("Ended")
    @Description("How many processes were sent a signal and are gone")
    int ended;

    @Label("Escaped")
    @Description("How many were found and could not be ended in time")
    int escaped;

    @Label("Teardown Time")
    @Timespan(Timespan.NANOSECONDS)
    long teardownTime;

    static void emit(long pid, Command command, Teardown teardown) {
      TeardownEvent event = new TeardownEvent();
      if (event.isEnabled() && event.shouldCommit()) {
        event.pid = pid;
        event.command = command.toString();
        event.reason = teardown.reason();
        event.ended = teardown.ended().size();
        event.escaped = teardown.escaped().size();
        event.teardownTime = teardown.duration().toNanos();
        event.commit();
      }
    }
  }
}
