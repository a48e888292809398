/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

/** Why an execution did not come to its natural end; the first cause stays. */
enum Cause {
  NONE("it ended by itself"),
  TIMEOUT("its timeout passed"),
  IDLE("it wrote nothing for its idle timeout"),
  OUTPUT_LIMIT("it wrote more than maxOutput allows"),
  INTERRUPTED("the thread that ran it was interrupted"),
  CANCELLED("its future was cancelled or completed"),
  CLOSED("its child or launcher was closed"),
  TERMINATED("it was terminated"),
  FAILED("a consumer, sink or input failed"),
  JVM_EXIT("this JVM exits");

  private final String reason;

  Cause(String reason) {
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
