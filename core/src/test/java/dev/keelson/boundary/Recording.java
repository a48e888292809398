/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

import java.util.List;
import javax.annotation.Nullable;

/** A hook that writes down what it is told, and throws where it is asked to. */
final class Recording implements BoundaryHook {

  private final String name;
  private final List<String> log;
  @Nullable Exception refusal;
  @Nullable Exception failureAfter;

  Recording(String name, List<String> log) {
    this.name = name;
    this.log = log;
  }

  @Override
  public void before(BoundaryContext context) throws Exception {
    log.add("before " + name);
    if (refusal != null) {
      throw refusal;
    }
  }

  @Override
  public void afterInParent(BoundaryContext context, BoundaryOutcome outcome) throws Exception {
    log.add("after " + name + " " + outcome);
    if (failureAfter != null) {
      throw failureAfter;
    }
  }

  @Override
  public void afterInChild(BoundaryContext context) throws Exception {
    log.add("child " + name);
    if (failureAfter != null) {
      throw failureAfter;
    }
  }
}
