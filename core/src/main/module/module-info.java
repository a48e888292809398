/* SPDX-License-Identifier: Apache-2.0 */

/** Concurrency safety for Java: process launching that cannot hurt its parent. */
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

  uses dev.keelson.boundary.ChildHook;
  uses dev.keelson.spi.CreationListener;
}
