/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * A child that lives, as it is when the flight recorder asks: at the beginning and the end of each
 * of its chunks unless its settings say otherwise, so a dump shows who lives then.
 */
@Name("dev.keelson.ProcessLive")
@Label("Live Process")
@Category({"Keelson", "Process"})
@Description("A child process that lives")
@Period("everyChunk")
@StackTrace(false)
final class LiveEvent extends Event {

  private static final String RSS = "VmRSS:";

  @Label("Process Id")
  long pid;

  @Label("Command")
  @Description("As a shell line, with secrets masked")
  String command = "";

  @Label("Age")
  @Timespan(Timespan.NANOSECONDS)
  long age;

  @Label("CPU Time")
  @Description("User and system time so far; -1 where the system does not tell")
  @Timespan(Timespan.NANOSECONDS)
  long cpuTime;

  @Label("Resident Set Size")
  @Description("-1 where the system does not tell")
  @DataAmount
  long rss;

  /** Has the recorder ask, from the first call on. */
  static void install() {
    Installation.install();
  }

  private static void emitAll() {
    LiveChildren.all().forEach(LiveEvent::emit);
  }

  private static void emit(Child child) {
    LiveEvent event = new LiveEvent();
    event.pid = child.pid();
    event.age = Duration.between(child.startedAt(), Instant.now()).toNanos();
    Optional<Duration> cpu = handle(child).info().totalCpuDuration();
    event.cpuTime = cpu.map(Duration::toNanos).orElse(-1L);
    event.rss = residentBytes(child.pid());
    if (child.isAlive()) { // so it was read of that child and of nobody else
      event.command = child.command().toString();
      event.commit();
    }
  }

  /** By no {@link Process}, which would have its streams end with the child. */
  private static ProcessHandle handle(Child child) {
    return ((ChildProcess) child).execution().process().toHandle();
  }

  private static long residentBytes(long pid) {
    try {
      String status =
          new String(
              Files.readAllBytes(Path.of("/proc/" + pid + "/status")), StandardCharsets.UTF_8);
      return status
          .lines()
          .filter(line -> line.startsWith(RSS))
          .map(line -> line.replaceAll("\\D", ""))
          .mapToLong(kilobytes -> Long.parseLong(kilobytes) * 1024)
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      return -1; // it is gone, or there is no /proc
    }
  }

  private static final class Installation {
    static {
      FlightRecorder.addPeriodicEvent(LiveEvent.class, LiveEvent::emitAll);
    }

    private Installation() {}

    static void install() {
      // loading the class does it
    }
  }
}
