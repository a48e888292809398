/* SPDX-License-Identifier: Apache-2.0 */

/** Leak checks, assertions and fakes for tests of programs that start processes and threads. */
@SuppressWarnings("requires-automatic") // ArchUnit, where there is one
module dev.keelson.testkit {
  requires transitive dev.keelson.core;
  requires java.management;
  requires jdk.management;
  requires org.opentest4j;
  requires static com.tngtech.archunit;
  requires static org.junit.jupiter.api;

  exports dev.keelson.testkit;

  provides dev.keelson.spi.CreationListener with
      dev.keelson.testkit.internal.CreationLog;
  provides dev.keelson.spi.ScheduleHook with
      dev.keelson.testkit.internal.schedule.Hook;
}
