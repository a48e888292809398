/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

/** Whether, and how safely, a program can have a signal; see {@link SignalRouter#support}. */
public enum SignalSupport {
  /** It can be routed. */
  OK,

  /**
   * It can be routed, and something else may want it: a profiler ({@code PROF}, {@code VTALRM}),
   * the system, which ends the process all the same ({@code ABRT}, {@code SYS}, {@code TRAP}), or
   * whoever waits for children ({@code CHLD}).
   */
  RISKY,

  /**
   * The system or the JVM keeps it for itself: {@code KILL}, {@code STOP}; {@code SEGV}, {@code
   * BUS}, {@code FPE}, {@code ILL}, {@code QUIT}; {@code USR2}, by which HotSpot stops threads to
   * sample them; {@code PIPE} and {@code XFSZ}, which the JVM swallows so that writes fail by an
   * exception. The JVM would let a program take some of these, and break.
   */
  VM_RESERVED,

  /**
   * This process was started with the signal ignored ({@code nohup}, or {@code &} in a script), and
   * the JVM leaves that so: a handler would be accepted in silence and never be called.
   */
  IGNORED_BY_PARENT,

  /**
   * The JVM runs with {@code -Xrs} and handles no signals: a handler would be refused, or accepted
   * in silence and never be called.
   */
  XRS,

  /**
   * There is no signal of that name here, or this run time has no module {@code jdk.unsupported}.
   */
  UNKNOWN
}
