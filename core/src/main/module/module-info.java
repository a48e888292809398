/* SPDX-License-Identifier: Apache-2.0 */

/**
 * Concurrency safety for Java: processes that cannot hurt their parent, locks that outlive their
 * owners, parent links that keep no tree alive, cleanup that is refused where it could not run, and
 * wake-ups that are not lost.
 */
@SuppressWarnings("module") // the testkit is built later
module dev.keelson.core {
  requires com.google.common;
  requires static java.management;
  requires static jdk.jfr;
  requires jdk.unsupported;

  exports dev.keelson.boundary;
  exports dev.keelson.cleanup;
  exports dev.keelson.link;
  exports dev.keelson.lock;
  exports dev.keelson.process;
  exports dev.keelson.spi;
  exports dev.keelson.wake;
  exports dev.keelson.internal.spawn to
      dev.keelson.testkit;
  exports dev.keelson.internal.spawn.engines to
      dev.keelson.testkit;
  exports dev.keelson.internal.threads to
      dev.keelson.testkit;

  uses dev.keelson.boundary.ChildHook;
  uses dev.keelson.spi.CreationListener;
  uses dev.keelson.spi.ScheduleHook;
}
